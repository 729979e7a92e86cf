package dev.sessionttl.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** A table of 1,000 sessions, 100 of them expired and one to read, and the config that serves it. */
final class SmallTable {
    private SmallTable() {}

    static SqliteTable in(Path folder) throws SQLException, IOException {
        return new SqliteTable(folder, 999, 1, 10, false);
    }

    static Path config(Path folder, SessionTable table) throws IOException {
        return config(
                folder,
                "agents.json",
                table,
                "\"reads\": [ { \"at\": \"dev.sessionttl.benchmarks.host.SessionStore#find(String)\", \"key\": \"arg0\" } ]");
    }

    /** @param sections of the config beside the store, in JSON */
    static Path config(Path folder, String name, SessionTable table, String sections) throws IOException {
        return Variant.config(
                folder,
                name,
                "{ \"sessionTtl\": { \"store\": { \"url\": \"" + table.url() + "\" }, " + sections + " } }");
    }
}
