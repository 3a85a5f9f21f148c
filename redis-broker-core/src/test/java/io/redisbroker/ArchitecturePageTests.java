package io.redisbroker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds {@code docs/architecture.md} and {@code docs/api.md} to the code.
 */
class ArchitecturePageTests {

	private static final Path SOURCES = Path.of("src/main/java/io/redisbroker");

	private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

	private static final Pattern MACHINERY = Pattern.compile("(engine|client|aot)(\\..*)?");

	@Test
	void describesEveryPackageInALine() {
		assertThat(tableNames("architecture.md", "package")).containsExactlyInAnyOrderElementsOf(packages());
	}

	@Test
	void drawsEveryPackage() {
		String page = read("architecture.md");
		int start = page.indexOf("```", page.indexOf("## Storeys")) + 3;
		Set<String> drawn = Pattern.compile("[a-z]+(\\.[a-z]+)?")
			.matcher(page.substring(start, page.indexOf("```", start)))
			.results()
			.map((match) -> match.group())
			.collect(Collectors.toSet());
		assertThat(drawn).containsAll(packages());
	}

	@Test
	void namesOnlyClassesAndScriptsThatExist() {
		Set<String> known = Stream.of("src", "../redis-broker-autoconfigure/src/main")
			.flatMap((folder) -> walk(Path.of(folder)))
			.map((file) -> file.getFileName().toString())
			.collect(Collectors.toSet());
		String page = read("architecture.md");
		assertThat(known).containsAll(names(page, Pattern.compile("\\b[A-Z][a-z]+[A-Z][A-Za-z]+\\b"), ".java"))
			.containsAll(names(page, Pattern.compile("[a-z-]+(?=\\.lua)"), ".lua"));
	}

	@Test
	void namesEveryRuleOfTheArchitecture() {
		Set<String> rules = Arrays.stream(ArchitectureTests.class.getDeclaredFields())
			.filter((field) -> field.getType() == ArchRule.class)
			.map((field) -> field.getName())
			.collect(Collectors.toSet());
		assertThat(tableNames("architecture.md", "rule")).containsExactlyInAnyOrderElementsOf(rules);
	}

	@Test
	void listsEveryPackageThatIsApi() {
		assertThat(tableNames("api.md", "package of core")).containsExactlyInAnyOrderElementsOf(
				packages().stream().filter(Predicate.not(MACHINERY.asMatchPredicate())).toList());
	}

	/** The names in the first column of the tables whose heading ends so. */
	private static Set<String> tableNames(String page, String heading) {
		Set<String> names = new TreeSet<>();
		boolean inTable = false;
		for (String line : read(page).split("\n")) {
			String first = line.startsWith("|") ? line.split("\\|")[1].strip() : "";
			inTable = !first.isEmpty() && (inTable || first.endsWith(heading));
			if (inTable) {
				CODE.matcher(first).results().forEach((match) -> names.add(match.group(1)));
			}
		}
		assertThat(names).as(page).isNotEmpty();
		return names;
	}

	private static Set<String> names(String page, Pattern name, String ending) {
		Set<String> files = name.matcher(page)
			.results()
			.map((match) -> match.group() + ending)
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(files).isNotEmpty();
		return files;
	}

	private static Set<String> packages() {
		return walk(SOURCES).filter((file) -> file.endsWith("package-info.java"))
			.map((file) -> SOURCES.relativize(file.getParent()).toString().replace('/', '.'))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static Stream<Path> walk(Path folder) {
		try (Stream<Path> files = Files.walk(folder)) {
			return files.toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(String page) {
		try {
			return Files.readString(Path.of("../docs").resolve(page));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
