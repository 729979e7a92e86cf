package dev.sessionttl.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What the sweep is measured on.
 *
 * @param rows of the table
 * @param percentsExpired one table for each
 * @param indexed whether the last-used column has an index
 * @param onPostgres on a server that the benchmark starts, rather than on SQLite
 * @param repetitions of every measurement; the tables tell their medians
 * @param folder where the databases lie
 * @param agent the agent's jar
 */
record SweepOptions(
        int rows,
        List<Integer> percentsExpired,
        boolean indexed,
        boolean onPostgres,
        int repetitions,
        Path folder,
        Path agent) {
    static final String USAGE =
            "[--rows 1000000] [--expired 10,100] [--indexed] [--postgresql] [--repeat 3] [--folder DIR] [--agent"
                    + " session-ttl-agent.jar]";

    static SweepOptions of(List<String> arguments) {
        SweepOptions options = new SweepOptions(
                1_000_000,
                List.of(10, 100),
                false,
                false,
                3,
                Path.of(System.getProperty("java.io.tmpdir")),
                Path.of("agent/distribution/target/session-ttl-agent.jar"));
        for (int i = 0; i < arguments.size(); i++) {
            String name = arguments.get(i);
            if (name.equals("--indexed")) {
                options = options.withIndex();
            } else if (name.equals("--postgresql")) {
                options = options.withPostgres();
            } else if (i + 1 < arguments.size()) {
                options = options.with(name, arguments.get(++i));
            } else {
                throw new IllegalArgumentException(name + " needs a value");
            }
        }
        if (!Files.isRegularFile(options.agent)) {
            throw new IllegalArgumentException("no agent at " + options.agent + ": mvn -q -DskipTests package");
        }
        return options;
    }

    private SweepOptions withIndex() {
        return new SweepOptions(rows, percentsExpired, true, onPostgres, repetitions, folder, agent);
    }

    private SweepOptions withPostgres() {
        return new SweepOptions(rows, percentsExpired, indexed, true, repetitions, folder, agent);
    }

    private SweepOptions with(String name, String value) {
        return switch (name) {
            case "--rows" ->
                new SweepOptions(
                        Integer.parseInt(value), percentsExpired, indexed, onPostgres, repetitions, folder, agent);
            case "--expired" ->
                new SweepOptions(rows, percents(value), indexed, onPostgres, repetitions, folder, agent);
            case "--repeat" ->
                new SweepOptions(rows, percentsExpired, indexed, onPostgres, Integer.parseInt(value), folder, agent);
            case "--folder" ->
                new SweepOptions(rows, percentsExpired, indexed, onPostgres, repetitions, Path.of(value), agent);
            case "--agent" ->
                new SweepOptions(rows, percentsExpired, indexed, onPostgres, repetitions, folder, Path.of(value));
            default -> throw new IllegalArgumentException("no option " + name);
        };
    }

    private static List<Integer> percents(String value) {
        return Arrays.stream(value.split(",")).map(Integer::valueOf).toList();
    }
}
