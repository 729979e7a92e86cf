package dev.sessionttl.benchmarks;

import dev.sessionttl.benchmarks.host.KeepsConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A way to get rid of the expired rows. */
enum Way {
    PLAIN_DELETE("one DELETE") {
        @Override
        long nanos(SessionTable table, SweepOptions options, Path folder) throws Exception {
            try (Connection connection = table.connect();
                    Statement statement = connection.createStatement()) {
                long began = System.nanoTime();
                statement.executeUpdate(table.plainDelete());
                return System.nanoTime() - began;
            }
        }
    },
    CRON_JOB("one DELETE, by the shell's sqlite3") {
        @Override
        long nanos(SessionTable table, SweepOptions options, Path folder) throws Exception {
            List<String> command = table.cronJob().orElseThrow();
            long began = System.nanoTime();
            int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (exit != 0) {
                throw new IllegalStateException(command + " ended with " + exit);
            }
            return System.nanoTime() - began;
        }
    },
    /** As the agent's log tells, without the 0.3 to 0.6 s in which a JVM loads its first SQLite. */
    BEFORE_MAIN("the agent, before main") {
        @Override
        long nanos(SessionTable table, SweepOptions options, Path folder) throws Exception {
            try (ChildJvm host = host(table, options, folder, 3_600_000)) {
                MatchResult times = host.await(TIMES).match();
                return TimeUnit.MILLISECONDS.toNanos(Long.parseLong(times.group(2)) - Long.parseLong(times.group(1)));
            }
        }
    },
    /** From {@code main} on, until the agent says that it is done. */
    BACKGROUND("the agent, in the background") {
        @Override
        long nanos(SessionTable table, SweepOptions options, Path folder) throws Exception {
            try (ChildJvm host = host(table, options, folder, 0, table.url())) {
                long main = host.await(MAIN).atNanos();
                return host.await(SWEPT).atNanos() - main;
            }
        }
    };

    private static final Pattern MAIN = Pattern.compile("^" + KeepsConnection.MAIN_BEGAN + "$");
    private static final Pattern TIMES =
            Pattern.compile("reached the table after (\\d+) ms and was over after (\\d+) ms");
    private static final Pattern SWEPT = Pattern.compile("swept \\d+ expired sessions$");

    private final String words;

    Way(String words) {
        this.words = words;
    }

    /** How long it takes, in ns. */
    abstract long nanos(SessionTable table, SweepOptions options, Path folder) throws Exception;

    boolean canBeGone(SessionTable table) {
        return switch (this) {
            case CRON_JOB -> table.cronJob().isPresent();
            case BEFORE_MAIN -> table.isSweptBeforeMain();
            case PLAIN_DELETE, BACKGROUND -> true;
        };
    }

    private static ChildJvm host(
            SessionTable table, SweepOptions options, Path folder, int budgetMillis, String... arguments)
            throws IOException {
        String json = "{ \"sessionTtl\": { \"store\": { \"url\": \"" + table.url() + "\", \"sweepBudgetMs\": "
                + budgetMillis + " } } }";
        Path config = Variant.config(folder, "agents.json", json);
        List<String> program = new ArrayList<>(List.of(
                "-cp",
                Jars.hosts() + System.getProperty("path.separator") + table.driver(),
                KeepsConnection.class.getName()));
        program.addAll(List.of(arguments));
        return ChildJvm.start(
                folder, List.of(Variant.agentOption(options.agent(), config), "-Dsession.ttl.log=debug"), program);
    }

    @Override
    public String toString() {
        return words;
    }
}
