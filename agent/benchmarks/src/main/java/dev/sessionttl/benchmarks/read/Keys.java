package dev.sessionttl.benchmarks.read;

import dev.sessionttl.benchmarks.host.KeptConnection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

/** Which sessions are read: live ones, by turns. The table is named by the benchmark that starts JMH. */
public final class Keys {
    /** A system property of the JVM that JMH forks. */
    public static final String URL = "benchmark.database";

    /** Whether the agent is there. */
    public static final String AGENT = "benchmark.agent";

    public static final int COUNT = 1_000;

    private final String[] keys = new String[COUNT];
    private int last;

    Keys() {
        for (int number = 0; number < COUNT; number++) {
            keys[number] = key(number);
        }
    }

    String next() {
        last = last + 1 == COUNT ? 0 : last + 1;
        return keys[last];
    }

    static String key(int number) {
        return "touched-" + number;
    }

    /**
     * Lets an expired session be read, which is seen by the agent or by nobody: what is measured must be what it is called.
     *
     * @param isSeen reads it
     */
    static void proveTheVariant(KeptConnection kept, IsSeen isSeen) throws SQLException {
        try (Statement statement = kept.connection().createStatement()) {
            statement.execute("INSERT OR REPLACE INTO agent_sessions VALUES ('expired', 'expired-id', "
                    + (System.currentTimeMillis() - TimeUnit.HOURS.toMillis(30)) + ", '')");
        }
        if (isSeen.inTheHost() == Boolean.getBoolean(AGENT)) {
            throw new IllegalStateException("the site is " + (Boolean.getBoolean(AGENT) ? "not " : "") + "woven");
        }
    }

    /** Whether the host is handed the expired session. */
    @FunctionalInterface
    interface IsSeen {
        boolean inTheHost() throws SQLException;
    }

    static String url() {
        return System.getProperty(URL, "");
    }
}
