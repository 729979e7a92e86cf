package dev.sessionttl.engine.discover;

import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Tells the host's own classes from those of its libraries. What lies in a folder of classes, in {@code BOOT-INF/classes} or in a jar
 * without libraries is its own; of a jar that libraries were packed into, and of the jars beside it, what shares the package of the main
 * class.
 */
final class HostPackages {
    /** How close to the host something lies. */
    enum Origin {
        /** A folder of class files. */
        CLASSES,
        /** A jar that was named, or the application's part of a layout. */
        APPLICATION_JAR,
        /** As that, with libraries packed in. */
        SHADED_JAR,
        LIBRARY
    }

    /** Nobody's orchestrator; what a root of the host's does not overrule. */
    private static final Pattern LIBRARIES = Pattern.compile(
            "(?:java|javax|jakarta|jdk|sun|kotlin|kotlinx|scala|groovy|clojure|akka|"
                    + "com/(?:sun|zaxxer|google|fasterxml|mysql|microsoft|oracle|ibm|h2database|github/luben|github/benmanes|ctc|amazonaws|azure|netflix|squareup|typesafe|codahale|jcraft)|"
                    + "org/(?:springframework|springaicommunity|hibernate|sqlite|postgresql|apache|slf4j|jboss|eclipse|mybatis|jooq|flywaydb|liquibase|jdbi|h2|hsqldb|mariadb|antlr|aspectj|bouncycastle|checkerframework|codehaus|glassfish|intellij|jetbrains|jspecify|junit|mockito|objectweb|objenesis|opentest4j|osgi|reactivestreams|tukaani|xerial|yaml|zeroturnaround|ow2|jctools|HdrHistogram|LatencyUtils|webjars|thymeleaf|quartz|xml|w3c)|"
                    + "io/(?:micrometer|micronaut|netty|prometheus|quarkus|r2dbc|reactivex|smallrye|vertx|vavr|projectreactor|opentelemetry|grpc|swagger|helidon|ktor|agroal|undertow|jsonwebtoken|lettuce|github/resilience4j)|"
                    + "ch/qos|tools/jackson|reactor|net/bytebuddy|net/sf|net/minidev|javassist|okhttp3|okio|redis|liquibase|brave|zipkin2|dev/sessionttl)/.*");

    private static final Pattern GENERATED =
            Pattern.compile(".*(?:\\$\\$|\\$Proxy|_ClientProxy|_Subclass|_Bean\\b|__BeanDefinition|\\$HibernateProxy|"
                    + "__Generated|_\\$\\$_|Grpc\\b|ByteBuddy|_Impl_).*|.*/package-info|.*module-info");

    private static final Pattern LAUNCHERS = Pattern.compile(
            "org\\.springframework\\.boot\\.loader\\..*|io\\.quarkus\\..*|com\\.simontuffs\\..*|.*\\.JarLauncher");
    private static final List<String> SHARED_HOSTS =
            List.of("com.github", "io.github", "com.gitlab", "io.gitlab", "org.example");

    private final boolean isGiven;
    private final TreeSet<String> roots = new TreeSet<>();

    /** @param given packages that somebody has named; they alone count then */
    HostPackages(List<String> given) {
        this.isGiven = !given.isEmpty();
        given.forEach(each -> roots.add(each.replace('.', '/') + "/"));
    }

    /** Takes note of a class with a {@code main}, of a manifest. */
    void hasMain(String binaryName) {
        if (isGiven || LAUNCHERS.matcher(binaryName).matches() || binaryName.lastIndexOf('.') < 0) {
            return;
        }
        String[] parts = binaryName.substring(0, binaryName.lastIndexOf('.')).split("\\.", -1);
        boolean isShared = parts.length > 2 && SHARED_HOSTS.contains(parts[0] + "." + parts[1]);
        roots.add(String.join("/", List.of(parts).subList(0, Math.min(parts.length, isShared ? 3 : 2))) + "/");
    }

    /** @param internalName {@code com/acme/Store} */
    boolean isHosts(String internalName, Origin origin) {
        if (GENERATED.matcher(internalName).matches()) {
            return false;
        }
        boolean isUnderRoot = roots.stream().anyMatch(internalName::startsWith);
        if (isGiven) {
            return isUnderRoot;
        }
        return switch (origin) {
            case CLASSES, APPLICATION_JAR -> isUnderRoot || !isLibrarys(internalName);
            case SHADED_JAR -> roots.isEmpty() ? !isLibrarys(internalName) : isUnderRoot;
            case LIBRARY -> isUnderRoot && !isLibrarys(internalName);
        };
    }

    static boolean isLibrarys(String internalName) {
        return LIBRARIES.matcher(internalName).matches();
    }

    /** For people: {@code com.acme}. */
    List<String> roots() {
        return roots.stream()
                .map(root -> root.substring(0, root.length() - 1).replace('/', '.'))
                .toList();
    }
}
