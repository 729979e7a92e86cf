package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
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

    /** Says whose SQLite it has, and what is in its table. */
    private static final String WITH_SQLITE = """
            package com.acme;

            import java.nio.file.*;
            import java.sql.*;

            public class Main {
                public static void main(String[] args) throws Exception {
                    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db");
                            ResultSet rows = connection.createStatement().executeQuery("SELECT session_id FROM agent_sessions")) {
                        boolean isItsOwn = Files.readString(Path.of("/proc/self/maps")).contains("/hosts/libsqlitejdbc.so");
                        System.out.println((rows.next() ? rows.getString(1) : "nothing") + (isItsOwn ? " by its own" : " by another"));
                    }
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

    @OnEachJdk
    void whereThereIsNoneForThePlatformOneLineSaysSoAndTheHostRuns(Jdk jdk) {
        Host.Run run = unswept("-Dos.arch=weird").run(jdk).succeeded();

        assertThat(run.out()).isEqualTo("ran\n");
        assertThat(run.agentLines().stream().filter(line -> line.startsWith("WARN ")))
                .containsExactly(
                        "WARN the host is left as it is, 'sweep' failed: the agent's jar has no SQLite for Linux on"
                                + " weird; only a host that brings its own is served");
    }

    @OnEachJdk
    void whereItMayNotBeUnpackedAnywhereOneLineSaysSoAndTheHostRuns(Jdk jdk) throws Exception {
        Path aFile = Files.writeString(folder.resolve("cache"), "not a directory");

        Host.Run run = unswept("-Djava.io.tmpdir=" + aFile)
                .withEnvironment("XDG_CACHE_HOME", aFile.toString())
                .run(jdk)
                .succeeded();

        assertThat(run.out()).isEqualTo("ran\n");
        assertThat(run.agentLines().stream().filter(line -> line.startsWith("WARN ")))
                .containsExactly("WARN the host is left as it is, 'sweep' failed: SQLite cannot be loaded from " + aFile
                        + "; let java.io.tmpdir name a directory where files may be written and executed");
    }

    /** The JVM loads a native library for one class loader alone. */
    @OnEachJdk
    void theLibraryThatTheHostNamesIsLeftToTheHost(Jdk jdk) throws Exception {
        Path aFile = Files.writeString(folder.resolve("cache"), "not a directory");
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path library = Files.createDirectory(folder.resolve("hosts")).resolve("libsqlitejdbc.so");
        String architecture = System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
        try (FileSystem driver = FileSystems.newFileSystem(Host.library("sqlite-jdbc"))) {
            Files.copy(driver.getPath("org/sqlite/native/Linux", architecture, "libsqlitejdbc.so"), library);
        }

        String named = "-Dorg.sqlite.lib.path=" + library.getParent();
        assertThat(saidBy(jdk, aFile, temporary, named)).isEqualTo("nothing by its own\n");
        assertThat(saidBy(jdk, aFile, aFile, named)).isEqualTo("expired by its own\n");
        assertThat(saidBy(jdk, aFile, aFile, "-Djava.library.path=" + library.getParent()))
                .isEqualTo("expired by its own\n");
    }

    private String saidBy(Jdk jdk, Path cache, Path temporary, String option) throws IOException {
        Path work = Files.createTempDirectory(folder, "host");
        Database.in(work).withSession("a", "expired", Duration.ofHours(25));
        return Host.of(work, WITH_SQLITE)
                .withSqlite()
                .withConfig(AgentsJson.ofTable().withSweep().toString())
                .withJvmOptions(jdk.nativeAccess())
                .withJvmOptions(option, "-Djava.io.tmpdir=" + temporary)
                .withEnvironment("XDG_CACHE_HOME", cache.toString())
                .run(jdk)
                .succeeded()
                .out();
    }

    @OnEachJdk
    void whatTheDriverComplainsOfIsToldAtDebug(Jdk jdk) throws Exception {
        Path aFile = Files.writeString(folder.resolve("cache"), "not a directory");

        Host.Run run = unswept("-Djava.io.tmpdir=" + aFile)
                .withJvmOptions("-Dsession.ttl.log=debug")
                .withEnvironment("XDG_CACHE_HOME", aFile.toString())
                .run(jdk)
                .succeeded();

        assertThat(run.agentLines())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("org.sqlite.SQLiteJDBCLoader: ")
                        .contains(aFile.toString()));
    }

    @OnEachJdk
    void theCommandLineSaysSoInTheSameWords(Jdk jdk) {
        expiredSession();

        Host.Run run = Host.ofJar(folder, Host.agentJar(), "sweep")
                .withoutAgent()
                .withConfig(AgentsJson.ofTable().withSweep().toString())
                .withJvmOptions("-Dos.arch=weird")
                .run(jdk);

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .endsWith(
                        "orchestrator.db: the agent's jar has no SQLite for Linux on weird; only a host that brings its"
                                + " own is served\n");
    }

    private Host unswept(String jvmOption) {
        expiredSession();
        return Host.of(folder, HOST)
                .withConfig(AgentsJson.ofTable().withSweep().toString())
                .withJvmOptions(jvmOption);
    }

    private void expiredSession() {
        Database.in(folder).withSession("a", "expired", Duration.ofHours(25));
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
