package io.redisbroker.converter;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.DeserializationProblemHandler;

/**
 * The fields of an entry whose names are paths, as Spring Data's hash mappers write
 * nested objects: {@code address.city}, {@code items.[0].name}, {@code items[0].name},
 * {@code notes.[key]}.
 */
final class NestedFields {

	/** Reads values as Spring Data writes them. */
	static final DeserializationProblemHandler VALUES = new Values();

	private static final Pattern PATH = Pattern.compile("[^.\\[\\]]+(\\.?\\[[^\\[\\]]+]|\\.[^.\\[\\]]+)+");

	private static final Pattern STEP = Pattern.compile("\\.?\\[([^\\[\\]]+)]|\\.?([^.\\[\\]]+)");

	/** A type of the JDK, which a mapper notes beside the keys of a map. */
	private static final String TYPE = "@class";

	private NestedFields() {
	}

	/** Tells whether a name is a path. */
	static boolean isPath(String name) {
		return (name.indexOf('.') > 0 || name.indexOf('[') > 0) && PATH.matcher(name).matches();
	}

	/**
	 * Makes a tree of fields.
	 * @param fields names and values
	 * @param known names that are no paths
	 * @param keepsPaths whether fields stay under their path besides
	 * @return maps, lists and texts
	 */
	static Map<String, Object> tree(Map<String, String> fields, Collection<?> known, boolean keepsPaths) {
		Map<String, Object> tree = new LinkedHashMap<>();
		fields.forEach((name, value) -> {
			if (keepsPaths || known.contains(name) || !isPath(name)) {
				tree.put(name, value);
			}
		});
		fields.forEach((name, value) -> {
			if (!known.contains(name) && isPath(name)) {
				put(tree, steps(name), value);
			}
		});
		tree.replaceAll((name, value) -> withLists(value));
		return tree;
	}

	private static List<String> steps(String path) {
		List<String> steps = new ArrayList<>();
		Matcher step = STEP.matcher(path);
		while (step.find()) {
			steps.add((step.group(1) != null) ? step.group(1) : step.group(2));
		}
		return steps;
	}

	@SuppressWarnings("unchecked")
	private static void put(Map<String, Object> tree, List<String> steps, String value) {
		String last = steps.get(steps.size() - 1);
		if (last.equals(TYPE) && value.startsWith("java.")) {
			return;
		}
		Map<String, Object> node = tree;
		for (String step : steps.subList(0, steps.size() - 1)) {
			if (!(node.computeIfAbsent(step, (it) -> new LinkedHashMap<>()) instanceof Map<?, ?> next)) {
				// a text is there already, and stays the field's value
				return;
			}
			node = (Map<String, Object>) next;
		}
		node.putIfAbsent(last, value);
	}

	/** Keys from 0 on, without a gap, are those of a list. */
	private static Object withLists(Object value) {
		if (!(value instanceof Map<?, ?> map)) {
			return value;
		}
		List<Object> list = new ArrayList<>();
		for (Object next = map.get("0"); next != null; next = map.get(String.valueOf(list.size()))) {
			list.add(withLists(next));
		}
		if (list.size() == map.size()) {
			return list;
		}
		Map<Object, Object> nested = new LinkedHashMap<>();
		map.forEach((key, each) -> nested.put(key, withLists(each)));
		return nested;
	}

	private static final class Values extends DeserializationProblemHandler {

		@Override
		public Object handleWeirdStringValue(DeserializationContext context, Class<?> type, String value,
				String message) {
			boolean isFlag = (type == boolean.class || type == Boolean.class)
					&& (value.equals("0") || value.equals("1"));
			return isFlag ? value.equals("1") : NOT_HANDLED;
		}

	}

}
