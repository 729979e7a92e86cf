package com.acme.orchestrator.night;

import com.acme.orchestrator.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What {@code night} was asked for.
 *
 * @param with the JVM options of the second run; empty: there is no second run
 */
public record NightOptions(List<String> with) {
    private static final Path AGENT = Path.of("agent/distribution/target/session-ttl-agent.jar");
    private static final Path CONFIG = Path.of("config/agents.json");

    /** Reads the arguments that follow {@code night}; throws {@link UsageException}. */
    public static NightOptions parse(List<String> arguments) {
        List<String> with = new ArrayList<>();
        for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
            String option = rest.next();
            if (!option.equals("--with")) {
                throw new UsageException("no such option: " + option);
            } else if (!rest.hasNext()) {
                throw new UsageException("--with needs a JVM option");
            }
            with.add(rest.next());
        }
        return new NightOptions(with.isEmpty() ? builtHere() : List.copyOf(with));
    }

    private static List<String> builtHere() {
        return Files.exists(AGENT) ? List.of("-javaagent:" + AGENT + "=" + CONFIG) : List.of();
    }
}
