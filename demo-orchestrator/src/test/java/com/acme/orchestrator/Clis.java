package com.acme.orchestrator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** CLIs for tests: the stand-in, which refuses at once, and scripts of a few lines. */
final class Clis {
    private Clis() {}

    /** The stand-in, at home in the directory, with variables in pairs of name and value. */
    static ClaudeCli standIn(Path directory, String... variables) throws IOException {
        Path script = directory.resolve("claude-stand-in.sh");
        if (Files.notExists(script)) {
            StandIn.unpackInto(directory);
        }
        Map<String, String> environment = new HashMap<>();
        environment.put("CLAUDE_CONFIG_DIR", directory.resolve("config").toString());
        environment.put("CLAUDE_STAND_IN_REFUSAL_SECONDS", "0");
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return new ClaudeCli(script.toString(), directory, environment, Duration.ofSeconds(30));
    }

    /** A CLI that is this shell script. */
    static ClaudeCli script(Path directory, Duration timeout, String body) throws IOException {
        Path script = Files.writeString(directory.resolve("claude.sh"), "#!/bin/sh\n" + body);
        if (!script.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + script + " executable");
        }
        return new ClaudeCli(script.toString(), directory, Map.of(), timeout);
    }
}
