package io.redisbroker.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.redisbroker.deadletter.DeadLetterRetention;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.ListenerEndpoint;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.message.TransportType;
import io.redisbroker.retry.Backoff;
import io.redisbroker.retry.ExceptionRules;
import io.redisbroker.retry.ExceptionRules.Treatment;

/**
 * The configuration of a listener as the endpoint shows it: all that counts for it, by
 * the names that the properties have. Of one to which nothing is delivered again, nothing
 * about that.
 */
final class EndpointSettings {

	private EndpointSettings() {
	}

	static Map<String, Object> of(ListenerEndpoint endpoint) {
		ListenerSettings settings = endpoint.settings();
		boolean again = settings.ackMode() != AckMode.NONE;
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("ackMode", settings.ackMode());
		described.put("concurrency", settings.concurrency());
		described.put("batchSize", settings.batchSize());
		described.put("autoStartup", settings.autoStartup());
		if (settings.maxProcessingTime() != null) {
			described.put("maxProcessingTime", settings.maxProcessingTime());
		}
		if (again) {
			described.put("reclaimDelay", settings.reclaimDelay());
			described.put("maxDeliveries", settings.maxDeliveries());
			described.put("maxAttempts", settings.retry().maxAttempts());
			described.put("backoff", backoff(settings.retry().backoff()));
		}
		if (again || (settings.deadLetters() != null && endpoint.transport() != TransportType.CHANNEL)) {
			described.put("exceptions", exceptions(settings.retry().exceptions()));
		}
		if (again || settings.deadLetters() != null) {
			described.put("deadLetters", endpoint.sources().stream().map(settings::deadLettersOf).distinct().toList());
			described.put("deadLetterRetention", retention(settings.retention()));
		}
		return described;
	}

	private static Map<String, Object> backoff(Backoff backoff) {
		Map<String, Object> described = new LinkedHashMap<>();
		if (backoff.delays().isEmpty()) {
			described.put("initial", backoff.initial());
			described.put("multiplier", backoff.multiplier());
			described.put("max", backoff.max());
		}
		else {
			described.put("delays", backoff.delays());
		}
		described.put("jitter", backoff.jitter());
		return described;
	}

	private static Map<String, Set<String>> exceptions(ExceptionRules rules) {
		Map<String, Set<String>> described = new LinkedHashMap<>();
		described.put("retry", names(rules, Treatment.RETRY));
		described.put("deadLetter", names(rules, Treatment.DEAD_LETTER));
		described.put("drop", names(rules, Treatment.DROP));
		return described;
	}

	private static Set<String> names(ExceptionRules rules, Treatment treatment) {
		Set<String> names = new TreeSet<>();
		rules.treatments().forEach((type, each) -> {
			if (each == treatment) {
				names.add(type.getName());
			}
		});
		return names;
	}

	private static Map<String, Object> retention(DeadLetterRetention retention) {
		Map<String, Object> described = new LinkedHashMap<>();
		if (retention.maxLength() > 0) {
			described.put("maxLength", retention.maxLength());
		}
		if (retention.maxAge() != null) {
			described.put("maxAge", retention.maxAge());
		}
		return described;
	}

}
