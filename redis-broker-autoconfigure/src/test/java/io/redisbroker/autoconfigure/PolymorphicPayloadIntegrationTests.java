package io.redisbroker.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.redisbroker.annotation.ChannelListener;
import io.redisbroker.annotation.QueueListener;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Elements of a polymorphic type keep their type in every container.
 */
@WithRedis
class PolymorphicPayloadIntegrationTests {

	private static final Cat CAT = new Cat("Tom", 9);

	private static final Dog DOG = new Dog("Rex");

	private ApplicationContextRunner runner;

	private final Received received = new Received();

	@BeforeEach
	void createRunner(RedisServer redis) {
		this.runner = TestApplication.runner(redis)
			.withBean(Received.class, () -> this.received)
			.withUserConfiguration(TakesAnimals.class);
	}

	@Test
	void keepsTheTypesOfElements() {
		this.runner.run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("one").send(CAT);
			broker.queue("list").send(List.of(CAT, DOG));
			broker.queue("list").send(Set.of(CAT));
			broker.queue("list").send(new Object[] { CAT });
			broker.queue("list").send(new Animal[] { DOG });
			broker.queue("list").send(MessageBuilder.withPayload(List.of(DOG, DOG)).build());
			broker.queue("list").send(List.of());
			broker.queue("map").send(Map.of("first", CAT));
			broker.queue("lists").send(Map.of("first", List.of(CAT, DOG)));
			broker.queue("optional").send(Optional.of(CAT));
			broker.stream("animals.list").send(List.of(CAT));
			broker.channel("list").publish(List.of(DOG));
			assertThat(this.received.await(12)).containsExactlyInAnyOrder(CAT, List.of(CAT, DOG), List.of(CAT),
					List.of(CAT), List.of(DOG), List.of(DOG, DOG), List.of(), Map.of("first", CAT),
					Map.of("first", List.of(CAT, DOG)), CAT, List.of("entry", CAT), List.of("message", DOG));
		});
	}

	@Test
	void keepsTheTypesOfAGenericBaseClass() {
		this.runner.withUserConfiguration(TakesCats.class).run((context) -> {
			RedisBroker broker = context.getBean(RedisBroker.class);
			broker.queue("typed").send(CAT);
			broker.queue("typed.array").send(List.of(CAT));
			broker.queue("typed.message").send(List.of(CAT));
			broker.queue("typed.batch").send(List.of(CAT));
			assertThat(this.received.await(4)).containsExactlyInAnyOrder(List.of("one", CAT), List.of("array", CAT),
					List.of("message", CAT), List.of("batch", CAT));
		});
	}

	abstract static class TakesTyped<T> {

		@Autowired
		Received received;

		@QueueListener(queues = "typed")
		void one(T one) {
			this.received.add("one", one);
		}

		@QueueListener(queues = "typed.array")
		void array(T[] array) {
			this.received.add("array", array[0]);
		}

		@QueueListener(queues = "typed.message")
		void message(Message<T[]> message) {
			this.received.add("message", message.getPayload()[0]);
		}

		@QueueListener(queues = "typed.batch")
		void batch(List<T[]> batch) {
			batch.forEach((array) -> this.received.add("batch", array[0]));
		}

	}

	static class TakesCats extends TakesTyped<Cat> {

	}

	static class TakesAnimals {

		@Autowired
		Received received;

		@QueueListener(queues = { "one", "optional" })
		void one(Animal animal) {
			this.received.add(animal);
		}

		@QueueListener(queues = "list")
		void list(Message<List<Animal>> animals) {
			this.received.add(animals.getPayload());
		}

		@QueueListener(queues = "map")
		void map(Map<String, Animal> animals) {
			this.received.add(animals);
		}

		@QueueListener(queues = "lists")
		void lists(Map<String, List<Animal>> animals) {
			this.received.add(animals);
		}

		@StreamListener(streams = "animals.list", group = "zoo")
		void entry(Animal[] animals) {
			this.received.add("entry", animals[0]);
		}

		@ChannelListener(channels = "list")
		void message(Animal[] animals) {
			this.received.add("message", animals[0]);
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	sealed interface Animal permits Cat, Dog {

	}

	record Cat(String name, int lives) implements Animal {

	}

	record Dog(String name) implements Animal {

	}

}
