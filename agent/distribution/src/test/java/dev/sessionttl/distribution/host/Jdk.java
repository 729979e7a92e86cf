package dev.sessionttl.distribution.host;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A JDK on this machine.
 *
 * @param feature its feature release: 17, 25 …
 */
public record Jdk(int feature, Path home) {
    /** The oldest that the agent supports, and the newest that there is; one where both are the same. */
    public static List<Jdk> oldestAndNewest() {
        List<Jdk> all = all();
        Jdk oldest = all.stream().filter(jdk -> jdk.feature() == 17).findFirst().orElse(current());
        Jdk newest = all.get(all.size() - 1);
        return oldest.feature() == newest.feature() ? List.of(oldest) : List.of(oldest, newest);
    }

    /** The one that runs the tests. */
    public static Jdk current() {
        return at(Path.of(System.getProperty("java.home"))).orElseThrow();
    }

    public Path java() {
        return home.resolve("bin").resolve("java");
    }

    /** The option that hosts with a native library are told to use, where a JDK warns of such libraries. */
    public String[] nativeAccess() {
        return feature >= 24 ? new String[] {"--enable-native-access=ALL-UNNAMED"} : new String[0];
    }

    /** A Java runtime of some of its modules, as it is made for one host. */
    public Jdk linked(Path into, String modules) {
        Path jlink = home.resolve("bin").resolve("jlink");
        assumeTrue(Files.isExecutable(jlink), this + " in " + home + " has no jlink: this test is skipped");
        Tools.run(jlink, "--add-modules", modules, "--output", into.toString()).succeeded();
        return new Jdk(feature, into);
    }

    private static List<Jdk> all() {
        List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
        System.getenv().forEach((name, value) -> {
            if (name.startsWith("JAVA_HOME") && !value.isBlank()) {
                homes.add(Path.of(value));
            }
        });
        homes.addAll(under(Path.of("/usr/lib/jvm")));
        homes.addAll(under(Path.of("/opt/java")));
        homes.addAll(under(Path.of(System.getProperty("user.home"), ".sdkman", "candidates", "java")));
        return homes.stream()
                .flatMap(home -> at(home).stream())
                .filter(jdk -> jdk.feature() >= 17)
                .sorted(Comparator.comparingInt(Jdk::feature))
                .toList();
    }

    private static List<Path> under(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static Optional<Jdk> at(Path home) {
        Path release = home.resolve("release");
        if (!Files.isExecutable(home.resolve("bin").resolve("java")) || !Files.isReadable(release)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(release)) {
            Properties properties = new Properties();
            properties.load(in);
            String version = properties.getProperty("JAVA_VERSION", "0").replace("\"", "");
            return Optional.of(new Jdk(Runtime.Version.parse(version).feature(), home));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public String toString() {
        return "JDK " + feature;
    }
}
