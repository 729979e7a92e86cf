package dev.sessionttl.engine.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.expiry.LastUsed;
import dev.sessionttl.engine.expiry.SessionRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    private static final Instant NOW = Instant.parse("2026-11-24T15:00:00Z");
    private static final String ID = "0b9e7a3c-5a57-4a8e-9a53-111111111111";

    @TempDir
    private Path directory;

    @Test
    void aDropIsALineWithAllThatPutsTheRowBack() throws Exception {
        long lastUsed = NOW.minusSeconds(90_000).toEpochMilli();

        String line = lineOf(row(List.of("agent-7"), lastUsed, OptionalLong.of(lastUsed)), "agent_id");

        assertThat(line)
                .isEqualTo(
                        "{\"at\":\"2026-11-24T15:00:00Z\",\"table\":\"agent_sessions\",\"key\":{\"agent_id\":\"agent-7\"},"
                                + "\"sessionId\":\"" + ID + "\",\"lastUsed\":" + lastUsed
                                + ",\"lastUsedAt\":\"2026-11-23T14:00:00Z\",\"ageMillis\":90000000,\"reason\":\"expired\","
                                + "\"site\":\"com.acme.SessionStore#find(String)\"}");
    }

    @Test
    void valuesAreWrittenAsTheDatabaseGaveThem() throws Exception {
        UUID uuid = UUID.fromString("0b9e7a3c-5a57-4a8e-9a53-222222222222");
        List<@Nullable Object> key = Arrays.asList(7, 2.5, new byte[] {1, (byte) 0xab}, uuid, null, "ü\"\n");

        String line = lineOf(row(key, "2026-11-23 14:00:00", OptionalLong.empty()), "a", "b", "c", "d", "e", "f");

        assertThat(line)
                .contains("\"key\":{\"a\":7,\"b\":2.5,\"c\":\"x'01ab'\",\"d\":\"" + uuid
                        + "\",\"e\":null,\"f\":\"ü\\\"\\n\"}")
                .contains("\"lastUsed\":\"2026-11-23 14:00:00\",\"reason\"");
    }

    @Test
    void aRowThatWasNeverUsedHasNoAge() throws Exception {
        String line = lineOf(row(List.of("agent-7"), null, OptionalLong.empty()), "agent_id");

        assertThat(line).contains("\"lastUsed\":null,\"reason\"");
    }

    private String lineOf(SessionRow row, String... keyColumns) throws Exception {
        Path file = directory.resolve("audit.jsonl");
        AuditLog log = new AuditLog(file, "agent_sessions", List.of(keyColumns), InstantSource.fixed(NOW));

        log.dropped(row, "expired", "com.acme.SessionStore#find(String)");

        return Files.readAllLines(file).get(0);
    }

    private static SessionRow row(List<@Nullable Object> key, @Nullable Object stored, OptionalLong millis) {
        return new SessionRow(key, ID, new LastUsed(stored, millis));
    }
}
