package dev.sessionttl.bootstrap;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What lies on the host's class path, and in java.base, may need nothing that the host could be without. */
class WallsTest {
    private static final Set<String> MODULES = Set.of("java.base", "java.instrument");
    private static final String DOOR = "java.lang.SessionTtlDoor";

    private final JavaClasses everything = new ClassFileImporter().importPath(Path.of("target", "classes"));

    @Test
    void theLauncherNeedsNothingButJavaBaseAndJavaInstrument() {
        assertThat(everything.contain(SessionTtlAgent.class)).isTrue();
        classes()
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.describe(
                        "are our own or lie in " + MODULES,
                        type -> type.getPackageName().equals("dev.sessionttl.bootstrap")
                                || type.getName().equals(DOOR)
                                || type.getPackageName().equals("org.jspecify.annotations")
                                || moduleOf(type).filter(MODULES::contains).isPresent()))
                .check(everything);
    }

    /** The door lies in java.base: it could not even name the launcher's classes. */
    @Test
    void theDoorNeedsNothingButJavaLang() {
        assertThat(everything.contain(DOOR)).isTrue();
        classes()
                .that()
                .haveFullyQualifiedName(DOOR)
                .should()
                .onlyDependOnClassesThat()
                .resideInAPackage("java.lang")
                .check(everything);
    }

    @Test
    void nothingIsWrittenToStdoutAndNothingButTheCommandLineEndsItsProcess() {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .callMethodWhere(DescribedPredicate.describe(
                        "ends the process, but for the end of main", WallsTest::exitsOutsideOfMain))
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .because("law 3")
                .check(everything);
    }

    private static boolean exitsOutsideOfMain(JavaMethodCall call) {
        return call.getTargetOwner().isEquivalentTo(System.class)
                && call.getName().equals("exit")
                && !call.getOrigin().getName().equals("main");
    }

    private static Optional<String> moduleOf(JavaClass type) {
        JavaClass base = type.isArray() ? type.getBaseComponentType() : type;
        return base.isPrimitive()
                ? Optional.of("java.base")
                : ModuleLayer.boot().modules().stream()
                        .filter(module -> module.getPackages().contains(base.getPackageName()))
                        .map(Module::getName)
                        .findFirst();
    }
}
