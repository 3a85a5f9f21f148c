package io.redisbroker.autoconfigure;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.channel.ChannelEndpoint;
import io.redisbroker.client.directory.RedisDirectory;
import io.redisbroker.deadletter.DeadLetterRetention;
import io.redisbroker.engine.registry.DefaultListenerRegistry;
import io.redisbroker.engine.registry.Transport;
import io.redisbroker.listener.AckMode;
import io.redisbroker.listener.DeliveryHandler;
import io.redisbroker.listener.ListenerSettings;
import io.redisbroker.listener.OverflowPolicy;
import io.redisbroker.queue.QueueEndpoint;
import io.redisbroker.queue.QueueOrder;
import io.redisbroker.retry.Backoff;
import io.redisbroker.retry.ExceptionRules.Treatment;
import io.redisbroker.retry.RetrySettings;
import io.redisbroker.stream.StartFrom;
import io.redisbroker.stream.StreamEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The order of the places that configure a listener. The effects of the settings are
 * tested by {@link RedisBrokerPropertiesIntegrationTests}.
 */
class ListenerPropertiesTests {

	private final ApplicationContextRunner runner = TestApplication.runner().withUserConfiguration(AtRest.class);

	/** Every attribute, each with a value that is neither its default nor "plain"'s. */
	private static final List<String> EVERYTHING = List.of("streams=refunds,returns", "group=audit", "consumer=one",
			"start-from=2026-11-21T10:15:30Z", "ack-mode=manual", "concurrency=8", "batch-size=9", "reclaim-delay=10s",
			"max-processing-time=13s", "max-attempts=12", "max-deliveries=11", "dead-letters=broken",
			"auto-startup=false");

	@Test
	void propertiesOfOneListenerAreStrongerThanItsAnnotation() {
		with("redis-broker.listeners.full.", EVERYTHING).run(endpoint("full", (endpoint) -> {
			assertThat(endpoint.sources()).containsExactly("refunds", "returns");
			assertThat(endpoint.group()).isEqualTo("audit");
			assertThat(endpoint.consumer()).isEqualTo("one");
			assertThat(endpoint.startFrom()).isEqualTo(StartFrom.at(Instant.parse("2026-11-21T10:15:30Z")));
			assertThat(endpoint.settings()).isEqualTo(new ListenerSettings(AckMode.MANUAL, 8, 9, Duration.ofSeconds(10),
					Duration.ofSeconds(13), 11, RetrySettings.DEFAULTS.withMaxAttempts(12), "broken",
					DeadLetterRetention.UNLIMITED, false));
		}));
	}

	@ParameterizedTest
	@ValueSource(classes = { StreamListener.class, QueueListener.class, ChannelListener.class })
	void everythingThatAnAnnotationCanSayCanBeConfigured(Class<?> annotation) {
		MapConfigurationPropertySource properties = new MapConfigurationPropertySource();
		Stream
			.concat(EVERYTHING.stream(),
					Stream.of("queues=jobs", "order=lifo", "pause=3s", "channels=prices", "patterns=news.*",
							"sharded=true", "buffer-size=7", "overflow=drop-newest", "connection-factory=messages"))
			.forEach((each) -> properties.put("one." + each.split("=")[0], each.split("=")[1]));
		assertThat(new Binder(properties).bind("one", NamedListenerProperties.class).get().attributes().keySet())
			.containsAll(Arrays.stream(annotation.getDeclaredMethods())
				.map(Method::getName)
				// the id is the key, the others are aliases
				.filter((name) -> !List.of("id", "value", "lease").contains(name))
				.toList());
	}

	@Test
	void propertiesOfAQueueListenerAreStrongerThanItsAnnotation() {
		with("redis-broker.listeners.jobs.",
				List.of("queues=high=3,low=1", "order=lifo", "pause=3s", "reclaim-delay=10s", "concurrency=8"))
			.withPropertyValues("redis-broker.queue.listener.batch-size=7", "redis-broker.stream.listener.batch-size=8")
			.run((context) -> {
				QueueEndpoint endpoint = (QueueEndpoint) context.getBean(DefaultListenerRegistry.class)
					.container("jobs")
					.orElseThrow()
					.endpoint();
				assertThat(endpoint.sources()).containsExactly("high", "low");
				assertThat(endpoint.weights()).containsExactly(3, 1);
				assertThat(endpoint.order()).isEqualTo(QueueOrder.LIFO);
				assertThat(endpoint.pause()).isEqualTo(Duration.ofSeconds(3));
				assertThat(endpoint.settings()).isEqualTo(new ListenerSettings(AckMode.AUTO, 8, 7,
						Duration.ofSeconds(10), 20, Backoff.REDELIVERY, null, true));
			});
	}

	@Test
	void propertiesOfAChannelListenerAreStrongerThanItsAnnotation() {
		with("redis-broker.listeners.prices.",
				List.of("channels=quotes", "patterns=rates.*", "buffer-size=7", "overflow=drop-newest",
						"dead-letters=broken"))
			.withPropertyValues("redis-broker.channel.listener.concurrency=8", "redis-broker.listener.batch-size=9")
			.run((context) -> {
				ChannelEndpoint endpoint = (ChannelEndpoint) context.getBean(DefaultListenerRegistry.class)
					.container("prices")
					.orElseThrow()
					.endpoint();
				assertThat(endpoint.channels()).containsExactly("quotes");
				assertThat(endpoint.patterns()).containsExactly("rates.*");
				assertThat(endpoint.bufferSize()).isEqualTo(7);
				assertThat(endpoint.overflow()).isEqualTo(OverflowPolicy.DROP_NEWEST);
				assertThat(endpoint.settings().concurrency()).isEqualTo(8);
				assertThat(endpoint.settings().batchSize()).isEqualTo(9);
				assertThat(endpoint.settings().deadLetters()).isEqualTo("broken");
			});
		with("redis-broker.listeners.prices.", List.of("sharded=true"))
			.run((context) -> assertThat(((ChannelEndpoint) context.getBean(DefaultListenerRegistry.class)
				.container("prices")
				.orElseThrow()
				.endpoint()).sharded()).isTrue());
	}

	@Test
	void saysThatAnAttributeIsOfAnotherAnnotation() {
		assertFailure(with("redis-broker.listeners.jobs.", List.of("group=billing")),
				"redis-broker.listeners.jobs: A @QueueListener has no 'group'", "lease, ");
		assertFailure(with("redis-broker.listeners.full.", List.of("lease=8s")),
				"redis-broker.listeners.full: A @StreamListener has no 'lease'", "reclaim-delay, ");
		assertFailure(with("redis-broker.listeners.prices.", List.of("lease=8s")),
				"redis-broker.listeners.prices: A @ChannelListener has no 'lease'", "buffer-size, ");
	}

	@Test
	void propertiesOfOneListenerLeaveTheRestToItsAnnotation() {
		with("redis-broker.listeners.full.", List.of("concurrency=8")).run(endpoint("full", (endpoint) -> {
			assertThat(endpoint.sources()).containsExactly("orders");
			assertThat(endpoint.group()).isEqualTo("billing");
			assertThat(endpoint.settings()).isEqualTo(
					new ListenerSettings(AckMode.AUTO, 8, 3, Duration.ofSeconds(4), 5, Backoff.REDELIVERY, null, true));
		}));
	}

	@Test
	void propertiesOfOneListenerSayNothingAboutOthers() {
		with("redis-broker.listeners.full.", EVERYTHING).run(endpoint("plain", (endpoint) -> {
			assertThat(endpoint.sources()).containsExactly("orders");
			assertThat(endpoint.settings().concurrency()).isOne();
		}));
	}

	@Test
	void anAnnotationIsStrongerThanWhatIsSaidOfItsTransport() {
		with("redis-broker.stream.listener.",
				List.of("concurrency=8", "batch-size=8", "reclaim-delay=8s", "max-deliveries=8", "auto-startup=false"))
			.run(endpoint("full",
					(endpoint) -> assertThat(endpoint.settings()).isEqualTo(new ListenerSettings(AckMode.AUTO, 2, 3,
							Duration.ofSeconds(4), 5, Backoff.REDELIVERY, null, true))));
	}

	@Test
	void whatIsSaidOfATransportIsStrongerThanWhatIsSaidOfAll() {
		with("redis-broker.listener.",
				List.of("concurrency=7", "batch-size=7", "reclaim-delay=7s", "max-deliveries=7", "auto-startup=true",
						"backoff.initial=7s", "backoff.multiplier=7", "backoff.max=7m", "backoff.jitter=0.7"))
			.withPropertyValues(properties("redis-broker.stream.listener.",
					List.of("concurrency=8", "batch-size=8", "reclaim-delay=8s", "max-deliveries=8",
							"auto-startup=false", "backoff.initial=8s", "backoff.multiplier=8", "backoff.max=8m",
							"backoff.jitter=0.8")))
			.run(endpoint("plain",
					(endpoint) -> assertThat(endpoint.settings())
						.isEqualTo(new ListenerSettings(AckMode.AUTO, 8, 8, Duration.ofSeconds(8), 8,
								new Backoff(Duration.ofSeconds(8), 8, Duration.ofMinutes(8), 0.8), null, false))));
	}

	@Test
	void whatIsSaidOfFailuresCountsFromTheNearestPlace() {
		with("redis-broker.listener.",
				List.of("max-attempts=7", "backoff.delays=1s,10s,1m", "exceptions.dead-letter=java.io.IOException",
						"dead-letter-retention.max-length=700", "dead-letter-retention.max-age=7d"))
			.withPropertyValues("redis-broker.stream.listener.exceptions.drop=java.io.FileNotFoundException",
					"redis-broker.stream.listener.dead-letter-retention.max-length=800",
					"redis-broker.listeners.full.backoff.initial=9s")
			.run((context) -> {
				endpoint("plain", (endpoint) -> {
					RetrySettings retry = endpoint.settings().retry();
					assertThat(retry.maxAttempts()).isEqualTo(7);
					assertThat(retry.backoff().delay(2)).isEqualTo(Duration.ofSeconds(10));
					assertThat(retry.backoff().delay(9)).isEqualTo(Duration.ofMinutes(1));
					assertThat(retry.exceptions().of(new IOException())).isEqualTo(Treatment.DEAD_LETTER);
					assertThat(retry.exceptions().of(new FileNotFoundException())).isEqualTo(Treatment.DROP);
					assertThat(endpoint.settings().retention())
						.isEqualTo(new DeadLetterRetention(800, Duration.ofDays(7)));
				}).accept(context);
				endpoint("full", (endpoint) -> assertThat(endpoint.settings().retry().backoff().delay(1))
					.isBetween(Duration.ofSeconds(8), Duration.ofSeconds(9))).accept(context);
			});
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void tellsOfAttemptsThatAreMoreThanTheDeliveries(CapturedOutput output) {
		with("redis-broker.listeners.",
				List.of("jobs.max-attempts=30", "plain.max-attempts=20", "full.max-deliveries=3"))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.toString())
			.containsOnlyOnce("'jobs' has max-attempts 30 and max-deliveries 20: a message becomes a dead letter after "
					+ "20 deliveries, failed or not, and never fails 30 times. Set max-deliveries")
			.containsOnlyOnce("has max-attempts");
	}

	@Test
	void whatIsSaidOfATransportLeavesTheRestToWhatIsSaidOfAll() {
		with("redis-broker.listener.", List.of("batch-size=7", "backoff.initial=7s"))
			.withPropertyValues("redis-broker.stream.listener.concurrency=8")
			.run(endpoint("plain", (endpoint) -> {
				assertThat(endpoint.settings().concurrency()).isEqualTo(8);
				assertThat(endpoint.settings().batchSize()).isEqualTo(7);
				assertThat(endpoint.settings().retry().backoff().initial()).isEqualTo(Duration.ofSeconds(7));
			}));
	}

	@Test
	void pausesCanBeSaidOfOneListener() {
		with("redis-broker.listeners.full.backoff.", List.of("initial=9s", "multiplier=9", "max=9m", "jitter=0.9"))
			.run(endpoint("full", (endpoint) -> assertThat(endpoint.settings().retry().backoff())
				.isEqualTo(new Backoff(Duration.ofSeconds(9), 9, Duration.ofMinutes(9), 0.9))));
	}

	@Test
	void keysOfOneListenerGetThePrefixToo() {
		with("redis-broker.",
				List.of("key-prefix=staging-", "listeners.full.streams=refunds", "listeners.full.dead-letters=broken"))
			.run(endpoint("full", (endpoint) -> {
				assertThat(endpoint.sources()).containsExactly("staging-refunds");
				assertThat(endpoint.settings().deadLetters()).isEqualTo("staging-broken");
			}));
	}

	@Test
	void anIdThatWasMadeOfBeanAndMethodStandsInBrackets() {
		this.runner.withPropertyValues("redis-broker.listeners.[listeners.unnamed].concurrency=8")
			.withBean("listeners", Listeners.class)
			.run((context) -> assertThat(
					settings(context.getBean(DefaultListenerRegistry.class), "listeners.unnamed").concurrency())
				.isEqualTo(8));
	}

	@Test
	void theBracketsWorkInYaml() throws IOException {
		String yaml = """
				redis-broker:
				  listeners:
				    "[listeners.unnamed]": { concurrency: 8 }
				    full:
				      streams: [ refunds, returns ]
				""";
		List<PropertySource<?>> sources = new YamlPropertySourceLoader().load("application.yml",
				new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
		RedisBrokerProperties properties = new Binder(ConfigurationPropertySources.from(sources))
			.bind("redis-broker", RedisBrokerProperties.class)
			.get();
		assertThat(properties.getListeners()).containsOnlyKeys("listeners.unnamed", "full");
		assertThat(properties.getListeners().get("listeners.unnamed").getConcurrency()).isEqualTo(8);
		assertThat(properties.getListeners().get("full").getStreams()).containsExactly("refunds", "returns");
	}

	@Test
	void listenersOfBeansThatAreMadeLaterCanBeConfigured() {
		this.runner
			.withPropertyValues("redis-broker.listeners.full.concurrency=8",
					"redis-broker.listeners.[listeners.unnamed].concurrency=9")
			.withInitializer((context) -> ((GenericApplicationContext) context).registerBeanDefinition("listeners",
					BeanDefinitionBuilder.genericBeanDefinition(Listeners.class).setLazyInit(true).getBeanDefinition()))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.getBean("listeners");
				DefaultListenerRegistry registry = context.getBean(DefaultListenerRegistry.class);
				assertThat(settings(registry, "full").concurrency()).isEqualTo(8);
				assertThat(settings(registry, "listeners.unnamed").concurrency()).isEqualTo(9);
			});
	}

	@Test
	void saysWhichListenerIsMeantWhereAnIdHasATypo() {
		assertFailure(strict(with("redis-broker.listeners.ful.", List.of("concurrency=8"))),
				"redis-broker.listeners.ful configures a listener that does not exist",
				"Did you mean redis-broker.listeners.full? These listeners can be configured: full, jobs, listeners.unnamed");
		assertFailure(strict(with("redis-broker.listeners.Plian.", List.of("concurrency=8"))),
				"redis-broker.listeners.Plian configures a listener that does not exist",
				"Did you mean redis-broker.listeners.plain?");
	}

	@Test
	void saysThatBracketsAreMissing() {
		assertFailure(
				strict(with("redis-broker.listeners.listeners.unnamed.", List.of("concurrency=8")))
					.withBean(WithANearerId.class),
				"redis-broker.listeners.listeners configures a listener that does not exist",
				"Did you mean redis-broker.listeners.[listeners.unnamed]?");
	}

	@Test
	void saysThatAPropertyOfAListenerHasATypo() {
		assertFailure(with("redis-broker.listeners.full.", List.of("concurency=8")),
				"redis-broker.listeners.full.concurency does not exist",
				"Use one of ack-mode, auto-startup, backoff, batch-size, concurrency, connection-factory, consumer, "
						+ "dead-letter-retention, dead-letters, exceptions, group, max-attempts, max-deliveries, max-processing-time, "
						+ "reclaim-delay, start-from, streams.");
		assertFailure(with("redis-broker.listeners.jobs.", List.of("leese=8s")),
				"redis-broker.listeners.jobs.leese does not exist",
				"Use one of ack-mode, auto-startup, backoff, batch-size, concurrency, connection-factory, "
						+ "dead-letter-retention, dead-letters, exceptions, lease, max-attempts, max-deliveries, "
						+ "max-processing-time, order, pause, queues, reclaim-delay.");
		assertFailure(with("redis-broker.listeners.prices.", List.of("bufersize=8")),
				"redis-broker.listeners.prices.bufersize does not exist",
				"Use one of auto-startup, batch-size, buffer-size, channels, concurrency, connection-factory, "
						+ "dead-letter-retention, dead-letters, max-processing-time, overflow, patterns, sharded.");
	}

	@Test
	void saysThatALeaseHasTwoNames() {
		assertFailure(with("redis-broker.listeners.jobs.", List.of("lease=8s", "reclaim-delay=9s")),
				"redis-broker.listeners.jobs sets both 'lease' and 'reclaim-delay'", "Remove one of them");
	}

	@Test
	void saysThatAChannelKnowsNoRetries() {
		for (String retry : List.of("backoff.initial=2s", "exceptions.drop=java.io.IOException")) {
			assertFailure(with("redis-broker.listeners.prices.", List.of(retry)),
					"redis-broker.listeners.prices: A @ChannelListener has no '" + retry.split("[.]")[0] + "'",
					"never delivered again");
		}
	}

	@Test
	void saysThatAListenerWouldReadItsOwnDeadLetters() {
		for (String own : List.of("full.dead-letters=orders", "jobs.dead-letters=jobs")) {
			assertFailure(with("redis-broker.listeners.", List.of(own)), "where it would read them again",
					"Name another stream for them.");
		}
	}

	@Test
	void saysThatAPropertyFurtherDownHasATypo() {
		assertFailure(with("redis-broker.listeners.full.", List.of("backoff.intial=8s")),
				"redis-broker.listeners.full.backoff.intial does not exist",
				"Use one of delays, initial, jitter, max, multiplier.");
		assertFailure(with("redis-broker.listeners.full.", List.of("exceptions.dead-leter[0]=java.io.IOException")),
				"redis-broker.listeners.full.exceptions.dead-leter does not exist",
				"Use one of dead-letter, drop, retry.");
		assertFailure(with("redis-broker.listeners.full.", List.of("dead-letter-retention.max-lenght=8")),
				"redis-broker.listeners.full.dead-letter-retention.max-lenght does not exist",
				"Use one of max-age, max-length.");
		assertFailure(with("redis-broker.listeners.full.", List.of("concurrency.group=8")),
				"redis-broker.listeners.full.concurrency.group does not exist", "Use one of ack-mode, auto-startup,");
	}

	@Test
	void propertiesOfOneListenerAreWrittenAsOthersMayBe() {
		with("redis-broker.listeners.full.", List.of("batch_size=8", "Dead_Letter_Retention.maxLength=9",
				"streams[0]=refunds", "backoff.delays[0]=7s"))
			.run(endpoint("full", (endpoint) -> {
				assertThat(endpoint.sources()).containsExactly("refunds");
				assertThat(endpoint.settings().batchSize()).isEqualTo(8);
				assertThat(endpoint.settings().retention().maxLength()).isEqualTo(9);
				assertThat(endpoint.settings().retry().backoff().delays()).containsExactly(Duration.ofSeconds(7));
			}));
	}

	@Test
	void aListenerCanBeConfiguredInTheSystemsEnvironment() {
		this.runner.withBean("listeners", Listeners.class)
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
						Map.of("REDISBROKER_LISTENERS_FULL_BATCHSIZE", "8", "REDISBROKER_LISTENERS_FULL_CONCURRENCY",
								"9"))))
			.run(endpoint("full", (endpoint) -> {
				assertThat(endpoint.settings().batchSize()).isEqualTo(8);
				assertThat(endpoint.settings().concurrency()).isEqualTo(9);
			}));
	}

	@Test
	void saysThatThereIsNoListener() {
		assertFailure(strict(this.runner.withPropertyValues("redis-broker.listeners.full.concurrency=8")),
				"redis-broker.listeners.full configures a listener that does not exist",
				"Remove it, or add the listener: the application has none.");
	}

	@Test
	void settingsOfAListenerThatIsRegisteredInCodeCanBeConfigured() {
		strict(with("redis-broker.listeners.coded.", List.of("concurrency=8", "backoff.initial=7s")))
			.withBean(RegisteredInCode.class)
			.run(endpoint("coded", (endpoint) -> {
				assertThat(endpoint.settings().concurrency()).isEqualTo(8);
				assertThat(endpoint.settings().batchSize()).isEqualTo(3);
				assertThat(endpoint.settings().retry().backoff().initial()).hasSeconds(7);
			}));
	}

	@Test
	void saysThatTheSourcesOfAListenerAreInTheCode() {
		assertFailure(
				with("redis-broker.listeners.coded.", List.of("streams=refunds")).withBean(RegisteredInCode.class),
				"redis-broker.listeners.coded sets 'streams' of a listener that is registered in code",
				"Set it in the code");
	}

	@Test
	void saysWhichPropertyIsWrong() {
		assertFailure(with("redis-broker.listeners.full.", List.of("concurrency=0")),
				"Listeners.full: redis-broker.listeners.full: The concurrency is 0", "at least 1");
		assertFailure(with("redis-broker.listeners.full.", List.of("start-from=yesterday")),
				".full, changed by redis-broker.listeners.full: startFrom is 'yesterday'", "'$' for new entries");
		assertFailure(with("redis-broker.listeners.full.", List.of("backoff.jitter=2")),
				"redis-broker.listeners.full.backoff: Backoff: multiplier (2.0)",
				"Change redis-broker.listeners.full.backoff.*.");
		assertFailure(with("redis-broker.stream.listener.", List.of("batch-size=0")),
				"redis-broker.stream.listener: The batch size is 0", "1 to 10000");
	}

	private ApplicationContextRunner with(String prefix, List<String> properties) {
		return this.runner.withBean("listeners", Listeners.class).withPropertyValues(properties(prefix, properties));
	}

	private static ApplicationContextRunner strict(ApplicationContextRunner runner) {
		return runner.withPropertyValues("redis-broker.absent-listeners=fail");
	}

	private static String[] properties(String prefix, List<String> properties) {
		return properties.stream().map(prefix::concat).toArray(String[]::new);
	}

	private static ContextConsumer<AssertableApplicationContext> endpoint(String id,
			Consumer<StreamEndpoint> requirements) {
		return (context) -> assertThat(context.getBean(DefaultListenerRegistry.class).container(id))
			.hasValueSatisfying((container) -> requirements.accept((StreamEndpoint) container.endpoint()));
	}

	private static ListenerSettings settings(DefaultListenerRegistry registry, String id) {
		return registry.container(id).orElseThrow().endpoint().settings();
	}

	private static void assertFailure(ApplicationContextRunner runner, String problem, String action) {
		runner.run((context) -> {
			FailureAnalysis analysis = new BrokerConfigurationFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains(problem).endsWith(".");
			assertThat(analysis.getAction()).contains(action);
		});
	}

	/** Registers listeners, and starts none. */
	@Configuration(proxyBeanMethods = false)
	static class AtRest {

		@Bean
		DefaultListenerRegistry registry(ObjectProvider<Transport> transports, RedisDirectory directory) {
			return new DefaultListenerRegistry(transports.stream().toList(), directory, Duration.ofSeconds(1), false) {

				@Override
				public boolean isAutoStartup() {
					return false;
				}

			};
		}

	}

	static class Listeners {

		@StreamListener(streams = "orders", group = "billing", id = "full", consumer = "two", startFrom = "0",
				concurrency = "2", batchSize = "3", reclaimDelay = "4s", maxDeliveries = "5", autoStartup = "true")
		void full(String order) {
		}

		@StreamListener(streams = "orders", group = "shipping", id = "plain")
		void plain(String order) {
		}

		@QueueListener(queues = "jobs", id = "jobs", lease = "20s")
		void work(String job) {
		}

		@ChannelListener(channels = "prices", id = "prices")
		void watch(String price) {
		}

		@StreamListener(value = "orders", group = "support")
		void unnamed(String order) {
		}

	}

	static class WithANearerId {

		@StreamListener(streams = "orders", group = "audit", id = "listener")
		void listen(String order) {
		}

	}

	static class RegisteredInCode {

		RegisteredInCode(DefaultListenerRegistry registry) {
			registry.register(StreamEndpoint.builder("coded")
				.streams("orders")
				.group("audit")
				.settings((settings) -> settings.concurrency(2).batchSize(3))
				.handler(DeliveryHandler.of((delivery, acknowledgment) -> {
				})));
		}

	}

}
