package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The bundled SQLite's native code is kept from one start to the next, and no start depends on that. */
@EnabledOnOs(OS.LINUX)
class NativeLibraryIT {
    private static final String HOST = """
            package com.acme;

            public class Main {
                public static void main(String[] args) {
                    System.out.println("ran");
                }
            }
            """;

    @TempDir
    private Path folder;

    @OnEachJdk
    void itIsUnpackedIntoTheUsersCacheAndNowhereElse(Jdk jdk) throws Exception {
        Path cache = folder.resolve("cache");

        sweptBy(jdk, cache);

        assertThat(names(cache.resolve("session-ttl"))).hasSize(1);
        assertThat(names(folder.resolve("tmp")))
                .noneMatch(name -> name.toString().contains("sqlite"));
    }

    @OnEachJdk
    void whereThereIsNoPlaceForItTheSweepRunsAllTheSame(Jdk jdk) throws Exception {
        Path aFile = Files.writeString(folder.resolve("cache"), "not a directory");

        sweptBy(jdk, aFile);
    }

    @OnEachJdk
    void aDamagedOneIsReplaced(Jdk jdk) throws Exception {
        Path cache = folder.resolve("cache");
        sweptBy(jdk, cache);
        Path library = names(cache.resolve("session-ttl")).get(0);
        long length = Files.size(library);
        Files.write(library, new byte[(int) length]);

        sweptBy(jdk, cache);

        assertThat(Files.size(library)).isEqualTo(length);
        assertThat(Files.readAllBytes(library)).startsWith(0x7f, 'E', 'L', 'F');
    }

    private void sweptBy(Jdk jdk, Path cache) throws Exception {
        Path work = Files.createTempDirectory(folder, "host");
        Files.createDirectories(folder.resolve("tmp"));
        Database database = Database.in(work).withSession("a", "expired", Duration.ofHours(25));

        Host.Run run = Host.of(work, HOST)
                .withConfig(AgentsJson.ofTable().withSweep().toString())
                .withEnvironment("XDG_CACHE_HOME", cache.toString())
                .withJvmOptions("-Djava.io.tmpdir=" + folder.resolve("tmp"))
                .run(jdk)
                .succeeded();

        assertThat(run.out()).isEqualTo("ran\n");
        assertThat(run.agentLines()).contains("swept 1 expired sessions");
        assertThat(database.sessionIds()).isEmpty();
    }

    private static List<Path> names(Path directory) throws IOException {
        try (var names = Files.list(directory)) {
            return names.toList();
        }
    }
}
