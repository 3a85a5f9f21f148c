package io.redisbroker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
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
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * What must stay true of this module's imports, each with its reason.
 */
@AnalyzeClasses(locations = ArchitectureTests.MainClasses.class)
class ArchitectureTests {

	private static final String[] MACHINERY = { "io.redisbroker.engine..", "io.redisbroker.client..",
			"io.redisbroker.aot.." };

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

	@ArchTest
	static final ArchRule transportsDoNotKnowOneAnother = slices().matching("io.redisbroker..(queue|stream|channel)..")
		.should()
		.notDependOnEachOther()
		.because("what transports share belongs in the engine, and what they do not share must be free to differ");

	@ArchTest
	static final ArchRule packagesAreFreeOfCycles = slices().matching("io.redisbroker.(**)")
		.should()
		.beFreeOfCycles()
		.because("a package can only be understood, or taken out, on its own if what it uses does not use it");

	@ArchTest
	static final ArchRule whatUsersSeeImportsNoMachinery = noClasses().that()
		.resideOutsideOfPackages(MACHINERY)
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage(MACHINERY)
		.because("applications then have to follow changes of the API only");

	@ArchTest
	static final ArchRule machinerySaysThatItIsNotApi = classes().that()
		.resideInAnyPackage(MACHINERY)
		.should(ArchCondition.from(DescribedPredicate.describe("say in their package comment that they are not API",
				(JavaClass type) -> source(type.getPackageName(), "package-info").contains("Not API."))))
		.andShould(ArchCondition.from(DescribedPredicate.describe("carry no @since",
				(JavaClass type) -> type.isNestedClass()
						|| !source(type.getPackageName(), type.getSimpleName()).contains("@since"))))
		.because("a reader must not take a public type of the machinery for a promise");

	@ArchTest
	static final ArchRule theEngineIsBuiltInStoreys = layeredArchitecture().consideringOnlyDependenciesInLayers()
		.layer("annotation")
		.definedBy("io.redisbroker.engine.annotation")
		.layer("admin")
		.definedBy("io.redisbroker.engine.admin")
		.layer("transports")
		.definedBy("io.redisbroker.engine.queue", "io.redisbroker.engine.stream", "io.redisbroker.engine.channel")
		.layer("loops")
		.definedBy("io.redisbroker.engine.pull", "io.redisbroker.engine.push")
		.layer("preflight")
		.definedBy("io.redisbroker.engine.preflight")
		.layer("registry")
		.definedBy("io.redisbroker.engine.registry")
		.layer("worker")
		.definedBy("io.redisbroker.engine.worker")
		.layer("settlement")
		.definedBy("io.redisbroker.engine.settlement")
		.layer("write")
		.definedBy("io.redisbroker.engine.write")
		.layer("directory")
		.definedBy("io.redisbroker.client.directory")
		.layer("pubsub")
		.definedBy("io.redisbroker.client.pubsub")
		.layer("client")
		.definedBy("io.redisbroker.client")
		.whereLayer("annotation")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("transports")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("admin")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("client")
		.mayNotAccessAnyLayer()
		.whereLayer("pubsub")
		.mayOnlyAccessLayers("client")
		.whereLayer("directory")
		.mayOnlyAccessLayers("client", "pubsub")
		.whereLayer("write")
		.mayOnlyAccessLayers("client", "pubsub", "directory")
		.whereLayer("settlement")
		.mayOnlyAccessLayers("client", "write")
		.whereLayer("worker")
		.mayOnlyAccessLayers("client", "settlement")
		.whereLayer("registry")
		.mayOnlyAccessLayers("client", "directory")
		.whereLayer("preflight")
		.mayOnlyAccessLayers("client", "directory", "registry")
		.whereLayer("loops")
		.mayOnlyAccessLayers("client", "settlement", "worker", "preflight")
		.because("nothing points up: docs/architecture.md draws the storeys");

	@ArchTest
	static final ArchRule everyPackageIsNullMarked = classes()
		.should(ArchCondition.from(DescribedPredicate.describe("reside in a @NullMarked package",
				(JavaClass type) -> type.getPackage().isAnnotatedWith(NullMarked.class))))
		.because("NullAway checks what is marked and says nothing about the rest");

	private static String source(String packageName, String type) {
		try {
			return Files.readString(Path.of("src/main/java", packageName.replace('.', '/'), type + ".java"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

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
