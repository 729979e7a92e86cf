package dev.sessionttl.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.expiry.Observations;
import dev.sessionttl.engine.fixture.RecordedEvents;
import dev.sessionttl.engine.fixture.SettableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObservedFileTest {
    private static final String SESSION = "5b0c7c4e-9d0c-4d8e-8f3a-2f1f0e6a7b11";

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock();
    private final RecordedEvents events = new RecordedEvents();

    @Test
    void whatWasObservedIsKnownAtTheNextStart() {
        long used = clock.millis();
        Observations first = new Observations(clock);
        try (ObservedFile file = open(first)) {
            first.used("a");
            file.save();
            clock.advance(Duration.ofHours(2));
            first.lastUsed("b");
        }
        clock.advance(Duration.ofHours(1));

        Observations second = new Observations(clock);
        try (ObservedFile file = open(second)) {
            assertThat(lastUsed(second, "a")).isEqualTo(used);
            assertThat(lastUsed(second, "b")).as("saved at the end").isEqualTo(clock.ago(Duration.ofHours(1)));
            assertThat(second.sawAnyUseSince(used)).isTrue();
            assertThat(file.isKept()).isTrue();
        }
        assertThat(events.lines()).isEmpty();
    }

    /** As two hosts with one config, or a host that is started before its predecessor has ended. */
    @Test
    void processesThatShareAFileLearnFromEachOther() throws Exception {
        Observations one = new Observations(clock);
        Observations other = new Observations(clock);
        try (ObservedFile fileOfOne = open(one);
                ObservedDatabase fileOfOther = ObservedDatabase.open(folder.resolve("observed.db"), clock)) {
            one.used("a");
            fileOfOne.save();
            fileOfOther.readOthers(other::learn);
            assertThat(lastUsed(other, "a")).isEqualTo(clock.millis());

            clock.advance(Duration.ofHours(23));
            other.used("a");
            fileOfOther.write(other.takeChanges(), List.of());
            fileOfOne.save();
            assertThat(lastUsed(one, "a")).isEqualTo(clock.millis());
        }
        assertThat(events.lines()).isEmpty();
    }

    /** Law 1: through which copy of SQLite it is open cannot be told. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileThatThisProcessHasOpenAlreadyIsLeftAlone() throws Exception {
        Path file = folder.resolve("observed.db");
        try (ObservedDatabase anothers = ObservedDatabase.open(file, clock);
                ObservedFile record = open(new Observations(clock))) {
            anothers.load(1, (id, millis) -> {});
            assertThat(record.isKept()).isFalse();
        }
        assertThat(events.lines()).containsExactly("failed open observe");
    }

    @Test
    void noSessionIdIsInTheFileAndNobodyElseMayReadIt() throws IOException {
        Observations observed = new Observations(clock);
        open(observed).close();
        try (ObservedFile file = open(observed)) {
            observed.used(SESSION);
            file.save();
            for (String name : new String[] {"observed.db", "observed.db-wal", "observed.db-shm"}) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
                        .as(name)
                        .isEqualTo("rw-------");
            }
        }
        assertThat(Files.readString(folder.resolve("observed.db"), StandardCharsets.ISO_8859_1))
                .doesNotContain(SESSION)
                .doesNotContain(SESSION.substring(0, 8));
    }

    @Test
    void whatIsForgottenIsDroppedFromTheFileToo() throws SQLException {
        Observations observed = new Observations(clock);
        try (ObservedFile file = open(observed)) {
            for (int i = 0; i <= Observations.MOST; i++) {
                observed.used("id " + i);
            }
            file.save();
        }
        assertThat(number("SELECT count(*) FROM observed"))
                .isBetween((long) Observations.MOST * 9 / 10 - 2, (long) Observations.MOST * 9 / 10 + 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"not a database at all, but long enough to be looked at", "SQLite format 3\0"})
    void aFileOfTheDefaultNameThatIsBrokenIsSetAsideAndANewOneBegun(String content) throws IOException {
        Path file = folder.resolve(ObservedFile.DEFAULT_NAME);
        Files.writeString(file, content.repeat(100));

        Observations observed = new Observations(clock);
        try (ObservedFile record = ObservedFile.open(file, Optional.empty(), observed, events)) {
            assertThat(record.isKept()).isTrue();
            observed.used("a");
        }

        assertThat(Files.readString(folder.resolve(ObservedFile.DEFAULT_NAME + ".broken")))
                .startsWith(content);
        assertThat(isKnownAtTheNextStart(file, "a")).isTrue();
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void aRecordThatIsDamagedInTheMiddleIsSetAsideWhateverItsName() throws IOException {
        Observations observed = new Observations(clock);
        try (ObservedFile file = open(observed)) {
            for (int i = 0; i < 1_000; i++) {
                observed.used("id " + i);
            }
            file.save();
        }
        Path file = folder.resolve("observed.db");
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 2 * 4096; i < bytes.length; i++) {
            bytes[i] = 'x';
        }
        Files.write(file, bytes);

        open(new Observations(clock)).close();

        assertThat(Files.readAllBytes(folder.resolve("observed.db.broken"))).isEqualTo(bytes);
        assertThat(isKnownAtTheNextStart(file, "id 7")).isFalse();
        assertThat(events.lines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.json", "b.db"})
    void aFileOfAnothersIsLeftAsItIs(String name) throws Exception {
        Path file = folder.resolve(name);
        if (name.endsWith(".db")) {
            try (Connection host = DriverManager.getConnection("jdbc:sqlite:" + file)) {
                host.createStatement().execute("CREATE TABLE mine (x)");
            }
        } else {
            Files.writeString(file, "{ \"sessions\": [] }");
        }
        byte[] before = Files.readAllBytes(file);

        try (ObservedFile record = ObservedFile.open(file, Optional.empty(), new Observations(clock), events)) {
            assertThat(record.isKept()).isFalse();
            record.save();
        }

        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertThat(folder.resolve(name + ".broken")).doesNotExist();
        assertThat(events.lines()).containsExactly("failed open observe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"host.db", "./host.db", "host.db-wal", "link.db", "hard.db", "folder/host.db"})
    void theHostsOwnDatabaseIsNeverTheRecord(String name) throws Exception {
        Path hosts = folder.resolve("host.db");
        try (Connection host = DriverManager.getConnection("jdbc:sqlite:" + hosts)) {
            host.createStatement().execute("CREATE TABLE mine (x)");
        }
        Files.createSymbolicLink(folder.resolve("link.db"), hosts);
        Files.createLink(folder.resolve("hard.db"), hosts);
        Files.createSymbolicLink(folder.resolve("folder"), folder);

        assertIsRefused(folder.resolve(name), hosts);
    }

    /** To make it would be to create the host's database (law 2). */
    @ParameterizedTest
    @ValueSource(strings = {"host.db", "folder/host.db", "folder/host.db-journal"})
    void norIsOneThatIsNotThereYet(String name) throws Exception {
        Files.createSymbolicLink(folder.resolve("folder"), folder);

        assertIsRefused(folder.resolve(name), folder.resolve("host.db"));
        assertThat(folder.resolve("host.db")).doesNotExist();
    }

    private void assertIsRefused(Path file, Path hosts) {
        try (ObservedFile record =
                ObservedFile.open(file, Optional.of("jdbc:sqlite:" + hosts), new Observations(clock), events)) {
            assertThat(record.isKept()).isFalse();
        }
        assertThat(events.lines()).containsExactly("failed open observe");
    }

    @Test
    void aFileThatTheHostOpensIsTheHostsFromThenOn() {
        Observations observed = new Observations(clock);
        try (ObservedFile record = open(observed)) {
            record.hostOpens(folder.resolve("another.db").toString());
            assertThat(record.isKept()).isTrue();

            record.hostOpens("file:" + folder.resolve("observed.db") + "?cache=private");

            assertThat(record.isKept()).isFalse();
            observed.used("a");
            record.save();
        }
        assertThat(events.lines()).containsExactly("failed open observe");
    }

    @Test
    void aFolderThatIsNotThereLeavesTheRecordInMemory() {
        Observations observed = new Observations(clock);
        try (ObservedFile record =
                ObservedFile.open(folder.resolve("no/where.db"), Optional.empty(), observed, events)) {
            observed.used("a");
            record.save();
            assertThat(lastUsed(observed, "a")).isEqualTo(clock.millis());
        }
        assertThat(folder.resolve("no")).doesNotExist();
        assertThat(events.lines()).containsExactly("failed open observe");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskIsTriedAgainInHalfAMinuteAndNothingIsLost() throws Exception {
        try (SmallDisk disk = SmallDisk.mountedAt(folder)) {
            Observations observed = new Observations(clock);
            try (ObservedFile record =
                    new ObservedFile(folder.resolve("observed.db"), observed, events, clock::nanoTime)) {
                record.open(Optional.empty());
                disk.fill();
                for (int i = 0; i < 10_000; i++) {
                    observed.used("id " + i);
                }
                record.save();
                record.save();
                assertThat(events.lines()).containsExactly("failed open observe");
                disk.makeRoom();
                record.save();
                assertThat(observed.takeChanges()).as("what waits to be saved").isNotEmpty();
                for (int i = 0; i < 10_000; i++) {
                    observed.used("id " + i);
                }

                clock.advance(Duration.ofSeconds(30));
                record.save();

                assertThat(observed.takeChanges()).isEmpty();
                assertThat(events.lines()).hasSize(1);
            }
            assertThat(isKnownAtTheNextStart(folder.resolve("observed.db"), "id 9999"))
                    .isTrue();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aDiskThatMayOnlyBeReadLeavesTheRecordInMemory() {
        try (SmallDisk disk = SmallDisk.mountedAt(folder)) {
            disk.makeReadOnly();
            Observations observed = new Observations(clock);
            try (ObservedFile record = open(observed)) {
                observed.used("a");
                record.save();
                assertThat(record.isKept()).isFalse();
            }
            assertThat(events.lines()).containsExactly("failed open observe");
        }
    }

    private ObservedFile open(Observations observed) {
        return ObservedFile.open(folder.resolve("observed.db"), Optional.empty(), observed, events);
    }

    private boolean isKnownAtTheNextStart(Path file, String sessionId) {
        clock.advance(Duration.ofHours(1));
        Observations observed = new Observations(clock);
        try (ObservedFile record = ObservedFile.open(file, Optional.empty(), observed, events)) {
            assertThat(record.isKept()).isTrue();
            return lastUsed(observed, sessionId) < clock.millis();
        }
    }

    private static long lastUsed(Observations observed, String sessionId) {
        return observed.lastUsed(sessionId).epochMillis().orElseThrow();
    }

    private long number(String select) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("observed.db"));
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(select)) {
            result.next();
            return result.getLong(1);
        }
    }
}
