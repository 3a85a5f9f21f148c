package io.redisbroker;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.LocationProvider;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * What must stay true of this module's imports, each with its reason.
 */
@AnalyzeClasses(locations = ArchitectureTests.MainClasses.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule springBootIsUnknownHere = noClasses().should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.boot..")
		.because("the runtime works in any Spring application; what needs Spring Boot is auto-configuration");

	@ArchTest
	static final ArchRule lettuceIsKnownToTheClientOnly = noClasses().that()
		.resideOutsideOfPackage("io.redisbroker.client..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("io.lettuce..", "org.springframework.data.redis.connection.lettuce..")
		.because("connections, scripts and cluster topology have one owner, who alone has to know the driver's traps");

	// Not every transport has to exist for the rule to hold.
	@ArchTest
	static final ArchRule transportsDoNotKnowOneAnother = slices().matching("io.redisbroker.(queue|stream|channel)..")
		.should()
		.notDependOnEachOther()
		.allowEmptyShould(true)
		.because("what transports share belongs in the engine, and what they do not share must be free to differ");

	@ArchTest
	static final ArchRule packagesAreFreeOfCycles = slices().matching("io.redisbroker.(*)..")
		.should()
		.beFreeOfCycles()
		.because("a package can only be understood, or taken out, on its own if what it uses does not use it");

	@ArchTest
	static final ArchRule everyPackageIsNullMarked = classes()
		.should(ArchCondition.from(DescribedPredicate.describe("reside in a @NullMarked package",
				(JavaClass type) -> type.getPackage().isAnnotatedWith(NullMarked.class))))
		.because("NullAway checks what is marked and says nothing about the rest");

	/**
	 * The main classes of this module alone: the tests may use anything, and modules on
	 * the test's class path have packages below {@code io.redisbroker} as well.
	 */
	static final class MainClasses implements LocationProvider {

		@Override
		public Set<Location> get(Class<?> testClass) {
			try {
				Path testClasses = Path.of(testClass.getProtectionDomain().getCodeSource().getLocation().toURI());
				return Set.of(Location.of(testClasses.resolveSibling("classes")));
			}
			catch (URISyntaxException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
