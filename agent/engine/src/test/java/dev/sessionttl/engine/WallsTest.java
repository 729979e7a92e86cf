package dev.sessionttl.engine;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** The walls of ARCHITECTURE.md: which package may know which, and who alone may touch what is dangerous. */
@AnalyzeClasses(packages = "dev.sessionttl.engine", importOptions = ImportOption.DoNotIncludeTests.class)
class WallsTest {
    private static final String ENGINE = "dev.sessionttl.engine";
    /** What of {@code Files} goes by names, links and attributes, looks at the process's own descriptors, or makes a new file. */
    private static final Set<String> NAMES_ONLY = Set.of(
            "exists", "isSameFile", "readAttributes", "readSymbolicLink", "newDirectoryStream", "createFile", "move");

    @ArchTest
    static final ArchRule reportKnowsNobody = only("report");

    @ArchTest
    static final ArchRule configKnowsNothingButReport = only("config", "report");

    @ArchTest
    static final ArchRule expiryKnowsNothingButReport = only("expiry", "report");

    @ArchTest
    static final ArchRule callsiteKnowsNothingButReport = only("callsite", "report");

    @ArchTest
    static final ArchRule classfileKnowsNobody = only("classfile");

    @ArchTest
    static final ArchRule storeKnowsTheRulesItServes = only("store", "expiry", "config", "report");

    @ArchTest
    static final ArchRule auditKnowsWhatIsDropped = only("audit", "expiry", "report");

    @ArchTest
    static final ArchRule resumeKnowsTheRulesItTellsOf = only("resume", "expiry", "report");

    @ArchTest
    static final ArchRule weavingKnowsSitesAndRules =
            only("weaving", "callsite", "classfile", "expiry", "resume", "config", "report");

    @ArchTest
    static final ArchRule metricsKnowsTheEvents = only("metrics", "expiry", "report");

    @ArchTest
    static final ArchRule statusKnowsWhatIsCounted = only("status", "metrics", "expiry", "report");

    @ArchTest
    static final ArchRule consoleKnowsWhatItShows = only("console", "metrics", "status", "config", "report");

    @ArchTest
    static final ArchRule discoverKnowsWhatItProposes = only(
                    "discover", "callsite", "classfile", "resume", "store", "report")
            .as("discover knows the two languages, class files, refusals, tables");

    /** It looks at bytes; what loads or runs a class of the host's would be its undoing. */
    @ArchTest
    static final ArchRule discoverLoadsNothingOfTheHost = noClasses()
            .that()
            .resideInAPackage(ENGINE + ".discover..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ClassLoader.class)
            .orShould()
            .callMethod(Class.class, "forName", String.class)
            .orShould()
            .callMethod(Class.class, "forName", String.class, boolean.class, ClassLoader.class)
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("java.lang.reflect..", "java.lang.invoke..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ProcessBuilder.class);

    @ArchTest
    static final ArchRule nobodyKnowsTheRoot = noClasses()
            .that()
            .resideInAPackage(ENGINE + ".*..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ENGINE);

    @ArchTest
    static final ArchRule nobodyKnowsTheCommandLine = noClasses()
            .that()
            .resideOutsideOfPackage(ENGINE + ".command..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ENGINE + ".command..", "picocli..")
            .because("premain would load it");

    @ArchTest
    static final ArchRule dataFlowsOneWay =
            slices().matching(ENGINE + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theRulesArePureJava = noClasses()
            .that()
            .resideInAPackage(ENGINE + ".expiry..")
            .should()
            .dependOnClassesThat(not(resideInAnyPackage(
                    ENGINE + ".expiry..",
                    ENGINE + ".report..",
                    "java.lang",
                    "java.lang.invoke",
                    "java.nio.charset",
                    "java.security",
                    "java.util",
                    "java.util.concurrent",
                    "java.util.concurrent.atomic",
                    "java.util.function",
                    "java.util.stream",
                    "java.time..",
                    "org.jspecify.annotations")));

    @ArchTest
    static final ArchRule theRulesHaveNoThreadsOfTheirOwn = noClasses()
            .that()
            .resideInAPackage(ENGINE + ".expiry..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Thread.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.util.concurrent.Executor.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.util.concurrent.Future.class);

    @ArchTest
    static final ArchRule theRulesAreHandedTheirClock = noClasses()
            .that()
            .resideInAPackage(ENGINE + ".expiry..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(java.time.InstantSource.class, "system")
            .orShould()
            .accessTargetWhere(DescribedPredicate.describe(
                    "asks or refers to System.nanoTime",
                    access -> access.getTargetOwner().isEquivalentTo(System.class)
                            && access.getTarget().getName().equals("nanoTime")));

    @ArchTest
    static final ArchRule onlyWhatReadsClassFilesTouchesAsm = noClasses()
            .that()
            .resideOutsideOfPackages(ENGINE + ".classfile..", ENGINE + ".weaving..", ENGINE + ".discover..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("net.bytebuddy..");

    @ArchTest
    static final ArchRule onlyTheStoreTouchesTheDatabase =
            onlyIn("store", "org.sqlite..", "org.postgresql..", "java.sql..", "javax.sql..");

    @ArchTest
    static final ArchRule onlyMetricsTouchesMicrometer = onlyIn("metrics", "io.micrometer..", "io.prometheus..");

    @ArchTest
    static final ArchRule onlyTheConsoleListens = noClasses()
            .that()
            .resideOutsideOfPackage(ENGINE + ".console..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(java.net.ServerSocket.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.nio.channels.NetworkChannel.class);

    @ArchTest
    static final ArchRule nobodyUsesTheHttpServerOfTheJdk = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.net.httpserver..")
            .because("it starts java.util.logging, maybe before the host has chosen its LogManager (law 4)");

    @ArchTest
    static final ArchRule nobodyWritesToStdoutOrThroughTheHostsStderr = noClasses()
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(Throwable.class, "printStackTrace")
            .because("stdout belongs to the host (law 3), and System.err may be bound to its logging (law 4)");

    @ArchTest
    static final ArchRule nobodyStartsWhatTheHostStartsInItsMain = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.util.logging..", "java.lang.management..")
                    .or(DescribedPredicate.describe(
                            "is DriverManager", type -> type.getName().equals("java.sql.DriverManager"))))
            .because("the JVM is left as it was found in premain (law 4)");

    @ArchTest
    static final ArchRule onlyTheBeansTouchJmx = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Beans")
            .and()
            .haveSimpleNameNotEndingWith("Bean")
            .and()
            .resideOutsideOfPackage(ENGINE + ".command..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("javax.management..")
            .because("JMX is the host's to begin with (law 4): these are made once it has");

    @ArchTest
    static final ArchRule nobodyMakesAnMBeanServer = noClasses()
            .should()
            .accessTargetWhere(DescribedPredicate.describe(
                    "makes an MBean server",
                    access -> access.getTargetOwner().getName().equals("javax.management.MBeanServerFactory")
                            && !access.getTarget().getName().equals("findMBeanServer")))
            .because("a server of ours would be taken for the host's (law 4)");

    @ArchTest
    static final ArchRule nobodyEndsTheHost = noClasses()
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class)
            .because("the agent never kills the host (law 3)");

    @ArchTest
    static final ArchRule nobodyOpensADatabaseFileWithJavaIo = noClasses()
            .that()
            .resideInAPackage(ENGINE + ".store..")
            .and()
            // It knows of no database, but of the jar and the library in it.
            .doNotHaveSimpleName("NativeLibrary")
            .should()
            .accessTargetWhere(DescribedPredicate.describe("opens a file", WallsTest::opensAFile))
            .because("closing the file would drop the host's locks on it (law 1)");

    @ArchTest
    static final ArchRule nobodyAppendsToTheBootstrapSearchPath = noClasses()
            .should()
            .callMethod(
                    java.lang.instrument.Instrumentation.class,
                    "appendToBootstrapClassLoaderSearch",
                    java.util.jar.JarFile.class)
            .because("it costs the host its shared class archive (law 5)");

    private static ArchRule only(String from, String... known) {
        String[] allowed = new String[known.length + 1];
        allowed[0] = ENGINE + "." + from + "..";
        for (int i = 0; i < known.length; i++) {
            allowed[i + 1] = ENGINE + "." + known[i] + "..";
        }
        return noClasses()
                .that()
                .resideInAPackage(ENGINE + "." + from + "..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(ENGINE + "..").and(not(resideInAnyPackage(allowed))));
    }

    private static ArchRule onlyIn(String owner, String... packages) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(ENGINE + "." + owner + "..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(packages));
    }

    private static boolean opensAFile(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        if (owner.getName().equals("java.nio.file.Files")) {
            return !NAMES_ONLY.contains(access.getTarget().getName());
        }
        return owner.getPackageName().equals("java.nio.channels")
                || owner.isAssignableTo(java.io.InputStream.class)
                || owner.isAssignableTo(java.io.RandomAccessFile.class)
                || owner.isAssignableTo(java.io.OutputStream.class);
    }
}
