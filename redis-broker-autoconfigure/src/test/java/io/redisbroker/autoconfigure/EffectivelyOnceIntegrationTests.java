package io.redisbroker.autoconfigure;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.lettuce.core.XReadArgs.StreamOffset;
import io.redisbroker.admin.DeadLetterFilter;
import io.redisbroker.admin.DeadLetters;
import io.redisbroker.annotation.StreamListener;
import io.redisbroker.message.Delivery;
import io.redisbroker.send.RedisBroker;
import io.redisbroker.test.RedisServer;
import io.redisbroker.test.WithRedis;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The pattern in the README for effectively-once handling: the handler stores the id of
 * the delivery in the transaction of its work.
 */
@WithRedis
class EffectivelyOnceIntegrationTests {

	private static final int ORDERS = 200;

	@Test
	void worksOnceForEachMessageHoweverOftenItIsDelivered(RedisServer redis) {
		TestApplication.runner(redis)
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
					TransactionAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=jdbc:h2:mem:once;MODE=PostgreSQL",
					"redis-broker.listener.concurrency=4", "redis-broker.listener.backoff.initial=10ms")
			.withBean(Payments.class)
			.run((context) -> {
				JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
				jdbc.execute("create table handled (handler varchar(50), id varchar(50), primary key (handler, id))");
				jdbc.execute("create table charges (amount int)");
				jdbc.execute("create table calls (id varchar(50))");
				List<Integer> amounts = IntStream.range(0, ORDERS).boxed().toList();
				context.getBean(RedisBroker.class).stream("orders").sendAll(amounts);
				// every third transaction is rolled back once
				awaitCalls(jdbc, redis, ORDERS);
				assertThat(charges(jdbc)).containsExactlyElementsOf(amounts);
				// as after a crash between the work and the acknowledgement of all
				redis.commands().xgroupSetid(StreamOffset.from("orders", "0"), "payments");
				awaitCalls(jdbc, redis, 2 * ORDERS);
				assertThat(charges(jdbc)).containsExactlyElementsOf(amounts);
			});
	}

	/**
	 * Two groups that both charge. One of them gives up on some messages, sometimes after
	 * its work is done.
	 */
	@Test
	void worksOnceForEachMessageAndGroupHoweverOftenDeadLettersAreRedriven(RedisServer redis) {
		redis.commands().flushall();
		TestApplication.runner(redis)
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
					TransactionAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=jdbc:h2:mem:redriven;MODE=PostgreSQL",
					"redis-broker.listener.concurrency=4", "redis-broker.listener.max-attempts=1")
			.withBean(Groups.class)
			.run((context) -> {
				JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
				jdbc.execute("create table handled (handler varchar(50), id varchar(50), primary key (handler, id))");
				jdbc.execute("create table charges (handler varchar(50), amount int)");
				List<Integer> amounts = IntStream.range(0, ORDERS).boxed().toList();
				DeadLetters letters = context.getBean(DeadLetters.class);
				Groups groups = context.getBean(Groups.class);
				context.getBean(RedisBroker.class).stream("orders").sendAll(amounts);
				// every third payment, half of them after they were charged
				await().until(() -> letters.count("orders") == (ORDERS + 2) / 3);
				awaitIdle(redis);
				letters.redriveAll("orders", DeadLetterFilter.ALL, 1000).join();
				await().until(() -> letters.count("orders") == (ORDERS + 2) / 3);
				awaitIdle(redis);
				// the stream no longer has them, so that copies are redriven
				redis.commands().xtrim("orders", 0);
				groups.mended = true;
				letters.redriveAll("orders", DeadLetterFilter.ALL, 1000).join();
				await().untilAsserted(() -> assertThat(charges(jdbc, "payments")).hasSameSizeAs(amounts));
				awaitIdle(redis);
				assertThat(charges(jdbc, "payments")).containsExactlyElementsOf(amounts);
				assertThat(charges(jdbc, "points")).containsExactlyElementsOf(amounts);
				assertThat(groups.pointsCalls.get()).isEqualTo(ORDERS);
			});
	}

	private static void awaitIdle(RedisServer redis) {
		await().until(() -> List.of("payments", "points")
			.stream()
			.allMatch((group) -> redis.commands().xpending("orders", group).getCount() == 0));
	}

	private static List<Integer> charges(JdbcTemplate jdbc, String handler) {
		return jdbc.queryForList("select amount from charges where handler = ? order by amount", Integer.class,
				handler);
	}

	/**
	 * Waits until this number of calls is committed and all messages are acknowledged.
	 */
	private static void awaitCalls(JdbcTemplate jdbc, RedisServer redis, int count) {
		await().untilAsserted(() -> {
			assertThat(jdbc.queryForObject("select count(*) from calls", Integer.class)).isEqualTo(count);
			assertThat(redis.commands().xpending("orders", "payments").getCount()).isZero();
		});
	}

	private static List<Integer> charges(JdbcTemplate jdbc) {
		return jdbc.queryForList("select amount from charges order by amount", Integer.class);
	}

	static class Groups {

		private final JdbcTemplate jdbc;

		private final TransactionOperations transactions;

		private final AtomicInteger pointsCalls = new AtomicInteger();

		private volatile boolean mended;

		Groups(JdbcTemplate jdbc, TransactionOperations transactions) {
			this.jdbc = jdbc;
			this.transactions = transactions;
		}

		@StreamListener(streams = "orders", group = "payments")
		void pay(int amount, Delivery delivery) {
			boolean failing = amount % 3 == 0 && !this.mended;
			if (!failing || amount % 2 == 0) {
				charge("payments", amount, delivery);
			}
			if (failing) {
				throw new IllegalStateException("Fails after its work, or before");
			}
		}

		@StreamListener(streams = "orders", group = "points")
		void credit(int amount, Delivery delivery) {
			this.pointsCalls.incrementAndGet();
			charge("points", amount, delivery);
		}

		private void charge(String handler, int amount, Delivery delivery) {
			this.transactions.executeWithoutResult((status) -> {
				int isNew = this.jdbc.update("insert into handled (handler, id) values (?, ?) on conflict do nothing",
						handler, delivery.id());
				if (isNew == 1) {
					this.jdbc.update("insert into charges (handler, amount) values (?, ?)", handler, amount);
				}
			});
		}

	}

	static class Payments {

		private final JdbcTemplate jdbc;

		Payments(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@StreamListener(streams = "orders", group = "payments")
		@Transactional
		void pay(int amount, Delivery delivery) {
			int isNew = this.jdbc.update(
					"insert into handled (handler, id) values ('payments', ?) on conflict do nothing", delivery.id());
			if (isNew == 1) {
				this.jdbc.update("insert into charges (amount) values (?)", amount);
			}
			this.jdbc.update("insert into calls (id) values (?)", delivery.id());
			if (amount % 3 == 0 && delivery.deliveryCount() == 1) {
				throw new IllegalStateException("Fails after its work, which is rolled back");
			}
		}

	}

}
