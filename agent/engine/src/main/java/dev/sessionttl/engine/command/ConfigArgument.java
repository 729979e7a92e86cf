package dev.sessionttl.engine.command;

import dev.sessionttl.engine.config.ConfigLoader;
import dev.sessionttl.engine.config.LoadedConfig;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The config that a command is about; the environment and the system properties count as they do for the agent. */
final class ConfigArgument {
    @Parameters(
            arity = "0..1",
            paramLabel = "agents.json",
            defaultValue = "config/agents.json",
            description = "The config; ${DEFAULT-VALUE} where none is named.")
    Path file = Path.of("config/agents.json");

    LoadedConfig load() {
        return ConfigLoader.load(file, System.getenv(), System.getProperties());
    }
}
