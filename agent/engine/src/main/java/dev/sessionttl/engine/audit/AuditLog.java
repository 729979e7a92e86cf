package dev.sessionttl.engine.audit;

import dev.sessionttl.engine.expiry.SessionRow;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes a line of JSON for every row that was dropped. A line is with the operating system before the drop is reported, so
 * that it survives the death of the JVM, though not that of the machine. Any thread may call.
 */
public final class AuditLog {
    private static final long MOST_BYTES_A_FILE = 10 << 20;

    private final RotatedFile file;
    private final String table;
    private final List<String> keyColumns;
    private final InstantSource clock;
    private final JsonFactory json = new JsonFactory();

    /**
     * Opens nothing yet.
     *
     * @param table the table's name, as the config gives it
     * @param keyColumns in the order in which rows hold their values
     */
    public AuditLog(Path file, String table, List<String> keyColumns, InstantSource clock) {
        this.file = new RotatedFile(file, MOST_BYTES_A_FILE);
        this.table = table;
        this.keyColumns = List.copyOf(keyColumns);
        this.clock = clock;
    }

    /**
     * @param row as it was when it was dropped
     * @param reason in a word
     * @param site the method at which it was decided, or what else the agent was doing
     * @throws IOException if the line could not be written
     */
    public void dropped(SessionRow row, String reason, String site) throws IOException {
        file.append(line(row, reason, site) + '\n');
    }

    private String line(SessionRow row, String reason, String site) {
        Instant now = clock.instant();
        OptionalLong lastUsedMillis = row.lastUsed().epochMillis();
        StringWriter line = new StringWriter();
        try (JsonGenerator out = json.createGenerator(ObjectWriteContext.empty(), line)) {
            out.writeStartObject();
            out.writeStringProperty("at", now.toString());
            out.writeStringProperty("table", table);
            out.writeObjectPropertyStart("key");
            Iterator<@Nullable Object> values = row.key().iterator();
            for (String column : keyColumns) {
                out.writeName(column);
                write(out, values.hasNext() ? values.next() : null);
            }
            out.writeEndObject();
            out.writeStringProperty("sessionId", row.sessionId());
            out.writeName("lastUsed");
            write(out, row.lastUsed().stored());
            if (lastUsedMillis.isPresent()) {
                out.writeStringProperty(
                        "lastUsedAt",
                        Instant.ofEpochMilli(lastUsedMillis.getAsLong()).toString());
                out.writeNumberProperty("ageMillis", now.toEpochMilli() - lastUsedMillis.getAsLong());
            }
            out.writeStringProperty("reason", reason);
            out.writeStringProperty("site", site);
            out.writeEndObject();
        }
        return line.toString();
    }

    /** As the database gave it: numbers as numbers, bytes in hexadecimal, everything else as its text. */
    private static void write(JsonGenerator out, @Nullable Object value) {
        if (value == null) {
            out.writeNull();
        } else if (value instanceof Long || value instanceof Integer || value instanceof Short) {
            out.writeNumber(((Number) value).longValue());
        } else if (value instanceof Double || value instanceof Float) {
            out.writeNumber(((Number) value).doubleValue());
        } else if (value instanceof byte[] bytes) {
            out.writeString("x'" + HexFormat.of().formatHex(bytes) + "'");
        } else {
            out.writeString(value.toString());
        }
    }
}
