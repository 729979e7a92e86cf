package dev.sessionttl.engine;

import dev.sessionttl.engine.callsite.Access;
import dev.sessionttl.engine.config.AgentConfig;
import dev.sessionttl.engine.config.ConfigLoader;
import dev.sessionttl.engine.config.LoadedConfig;
import dev.sessionttl.engine.report.Problem;
import dev.sessionttl.engine.weaving.Targets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the agent was told, with the pointcuts read.
 *
 * @param targets none where the agent is switched off
 * @param problems everything that is wrong with it
 */
record Settings(AgentConfig config, Targets targets, List<Problem> problems) {

    /** @param access how values in the host's named modules are reached */
    static Settings load(Path file, Access access) {
        LoadedConfig loaded = ConfigLoader.load(file, System.getenv(), System.getProperties());
        AgentConfig config = loaded.config();
        boolean isOn = config.enabled();
        Targets targets = Targets.of(
                isOn ? config.reads() : List.of(),
                isOn ? config.failures() : List.of(),
                isOn ? config.logs() : List.of(),
                config.store().sessionId(),
                config.store().expire(),
                access);
        List<Problem> problems = new ArrayList<>(loaded.problems());
        problems.addAll(targets.problems());
        return new Settings(config, targets, List.copyOf(problems));
    }
}
