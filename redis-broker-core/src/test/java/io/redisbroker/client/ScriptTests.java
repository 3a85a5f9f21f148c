package io.redisbroker.client;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * All scripts exist. They are read at their first run, so a missing file would be noticed
 * late.
 */
class ScriptTests {

	@Test
	void everyScriptCanBeRead() throws Exception {
		List<Script> scripts = new ArrayList<>();
		for (JavaClass each : new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
			.importPackages("io.redisbroker")) {
			for (JavaField field : each.getFields()) {
				if (field.getRawType().isEquivalentTo(Script.class)
						&& field.getModifiers().contains(JavaModifier.STATIC)) {
					scripts.add(read(field.reflect()));
				}
			}
		}
		assertThat(scripts).hasSizeGreaterThan(20).allSatisfy((script) -> {
			assertThat(script.source()).isNotBlank();
			assertThat(script.sha()).hasSize(40);
		});
	}

	@Test
	void namesTheFileThatIsMissing() {
		Script script = Script.load(ScriptTests.class, "missing.lua");
		assertThatIllegalStateException().isThrownBy(script::source)
			.withMessageContaining("missing.lua")
			.withMessageContaining(ScriptTests.class.getName());
	}

	private static Script read(Field field) throws IllegalAccessException {
		field.setAccessible(true);
		return (Script) field.get(null);
	}

}
