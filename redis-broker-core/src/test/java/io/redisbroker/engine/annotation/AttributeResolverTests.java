package io.redisbroker.engine.annotation;

import java.util.List;
import java.util.Map;

import io.redisbroker.failure.BrokerConfigurationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AttributeResolverTests {

	private final GenericApplicationContext context = new GenericApplicationContext();

	private final AttributeResolver resolver = resolver();

	private AttributeResolver resolver() {
		this.context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test",
					Map.of("shop.streams", "orders, invoices", "shop.threads", "4", "shop.delay", "30s")));
		this.context.registerBean(PropertySourcesPlaceholderConfigurer.class);
		this.context.registerBean("tenants", Tenants.class, Tenants::new);
		this.context.refresh();
		return new AttributeResolver(this.context.getDefaultListableBeanFactory());
	}

	@AfterEach
	void closeContext() {
		this.context.close();
	}

	@Test
	void resolvesPlaceholdersAndExpressions() {
		assertThat(this.resolver.text("group-${shop.threads}")).isEqualTo("group-4");
		assertThat(this.resolver.text("#{@tenants.first}")).isEqualTo("eu");
		assertThat(this.resolver.text("#{'${shop.delay}'.toUpperCase()}")).isEqualTo("30S");
		assertThat(this.resolver.text("${shop.missing:otherwise}")).isEqualTo("otherwise");
	}

	@Test
	void takesWhatIsEmptyForNotSaid() {
		assertThat(this.resolver.text("")).isNull();
		assertThat(this.resolver.text("  ")).isNull();
		assertThat(this.resolver.text("${shop.missing:}")).isNull();
		assertThat(this.resolver.text("#{null}")).isNull();
		assertThat(this.resolver.integer("concurrency", "")).isNull();
		assertThat(this.resolver.bool("autoStartup", "")).isNull();
		assertThat(this.resolver.duration("reclaimDelay", "")).isNull();
	}

	@Test
	void saysWhichPlaceholderIsUnknown() {
		assertThatExceptionOfType(BrokerConfigurationException.class)
			.isThrownBy(() -> this.resolver.text("${shop.missing}"))
			.withMessageContaining("'${shop.missing}' can't be resolved");
	}

	@Test
	void makesSeveralNamesOfOneAttribute() {
		assertThat(this.resolver.names(new String[] { "${shop.streams}", "emails" }))
			.isEqualTo(List.of("orders", "invoices", "emails"));
		assertThat(this.resolver.names(new String[] { "#{@tenants.names}" })).isEqualTo(List.of("eu", "us"));
		assertThat(this.resolver.names(new String[] { "#{@tenants.array}" })).isEqualTo(List.of("eu", "us"));
		assertThat(this.resolver.names(new String[0])).isEmpty();
	}

	@Test
	void readsNumbersTruthAndDurations() {
		assertThat(this.resolver.integer("concurrency", "${shop.threads}")).isEqualTo(4);
		assertThat(this.resolver.integer("concurrency", "#{2 * 3}")).isEqualTo(6);
		assertThat(this.resolver.bool("autoStartup", "FALSE")).isFalse();
		assertThat(this.resolver.bool("autoStartup", "#{true}")).isTrue();
		assertThat(this.resolver.duration("reclaimDelay", "${shop.delay}")).hasSeconds(30);
		assertThat(this.resolver.duration("reclaimDelay", "PT1M")).hasMinutes(1);
		assertThat(this.resolver.duration("reclaimDelay", "250")).hasMillis(250);
	}

	@Test
	void saysWhatToChange() {
		assertThatExceptionOfType(BrokerConfigurationException.class)
			.isThrownBy(() -> this.resolver.integer("concurrency", "many"))
			.withMessage("concurrency is 'many'. Set it to a whole number.");
		assertThatExceptionOfType(BrokerConfigurationException.class)
			.isThrownBy(() -> this.resolver.bool("autoStartup", "maybe"))
			.withMessageContaining("true or false");
		assertThatExceptionOfType(BrokerConfigurationException.class)
			.isThrownBy(() -> this.resolver.duration("reclaimDelay", "soon"))
			.withMessageContaining("a duration such as 30s or PT1M");
	}

	@Test
	void leavesExpressionsAloneWhereNothingEvaluatesThem() {
		AttributeResolver plain = new AttributeResolver(new DefaultListableBeanFactory());
		assertThat(plain.text("orders")).isEqualTo("orders");
	}

	public static class Tenants {

		public String getFirst() {
			return "eu";
		}

		public List<String> getNames() {
			return List.of("eu", "us");
		}

		public String[] getArray() {
			return new String[] { "eu", "us" };
		}

	}

}
