package dev.sessionttl.distribution.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the tests have proven, host by host: each writes it down as the last thing it does, and the README's table is made of
 * that. So no row can stand there that no test stands behind.
 */
public final class Compatibility {
    private static final Path FOLDER = Path.of(System.getProperty("distribution.target", "target"), "compatibility");

    private Compatibility() {}

    /**
     * @param host what it is and in which version, as the README is to name it
     * @param claims what was proven, beside what {@link Acme#servedBy} proves of every host
     */
    public static void proven(Jdk jdk, String host, String... claims) {
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(
                    FOLDER.resolve(host.replaceAll("[^A-Za-z0-9.]+", "-") + "-on-" + jdk.feature()),
                    String.join("\t", host, String.join("; ", claims), String.valueOf(jdk.feature())));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A jar's version, by its name. */
    public static String versionOf(Path jar) {
        return jar.getFileName().toString().replaceFirst("^.*?-(\\d[\\w.]*).*\\.jar$", "$1");
    }

    /** The lines of the table that what was proven makes. */
    public static List<String> table(List<Integer> jdks) {
        Map<String, Set<Integer>> rows = new TreeMap<>(Comparator.comparing(String::toLowerCase));
        for (String[] proof : proofs()) {
            rows.computeIfAbsent("| " + proof[0] + " | " + proof[1], unused -> new TreeSet<>())
                    .add(Integer.valueOf(proof[2]));
        }
        String columns = jdks.stream().map(jdk -> " JDK " + jdk + " |").collect(Collectors.joining());
        return Stream.concat(
                        Stream.of("| host | proven |" + columns, "|---|---|" + "---|".repeat(jdks.size())),
                        rows.entrySet().stream().map(row -> row.getKey() + " |" + marks(jdks, row.getValue())))
                .toList();
    }

    private static String marks(List<Integer> jdks, Set<Integer> proven) {
        return jdks.stream().map(jdk -> proven.contains(jdk) ? " ✓ |" : " – |").collect(Collectors.joining());
    }

    private static List<String[]> proofs() {
        if (!Files.isDirectory(FOLDER)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(Compatibility::read)
                    .map(proof -> proof.split("\t", -1))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
