package dev.sessionttl.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How a benchmark of whole processes or of calls is run.
 *
 * @param isShort whether it is only to be shown that it works; its figures mean nothing
 * @param rounds in each of which every variant has its turn; the tables tell their medians
 * @param folder where the databases lie
 * @param agent the agent's jar
 */
record Options(boolean isShort, int rounds, Path folder, Path agent) {
    static final String USAGE = "[--short] [--rounds N] [--folder DIR] [--agent session-ttl-agent.jar]";

    static Options of(List<String> arguments, int usualRounds) {
        Options options = new Options(false, usualRounds, Path.of(System.getProperty("java.io.tmpdir")), Jars.agent());
        for (int i = 0; i < arguments.size(); i++) {
            String name = arguments.get(i);
            if (name.equals("--short")) {
                options = new Options(true, 1, options.folder, options.agent);
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

    private Options with(String name, String value) {
        return switch (name) {
            case "--rounds" -> new Options(isShort, Integer.parseInt(value), folder, agent);
            case "--folder" -> new Options(isShort, rounds, Path.of(value), agent);
            case "--agent" -> new Options(isShort, rounds, folder, Path.of(value));
            default -> throw new IllegalArgumentException("no option " + name);
        };
    }
}
