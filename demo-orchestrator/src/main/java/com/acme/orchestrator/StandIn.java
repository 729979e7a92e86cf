package com.acme.orchestrator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The shell script that plays the Claude CLI where none is named; it needs a POSIX {@code sh}. */
public final class StandIn {
    private static final String SCRIPT = "claude-stand-in.sh";

    private StandIn() {}

    /** Unpacks the script into the directory and returns its path. */
    public static Path unpackInto(Path directory) throws IOException {
        Path script = directory.resolve(SCRIPT);
        try (InputStream resource = Objects.requireNonNull(StandIn.class.getResourceAsStream(SCRIPT), SCRIPT)) {
            Files.copy(resource, script);
        }
        if (!script.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + script + " executable");
        }
        return script;
    }
}
