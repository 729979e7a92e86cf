package com.acme.orchestrator.night;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

/**
 * The conversations that the Claude CLI keeps: a file each, {@code projects/<directory it ran in>/<session id>.jsonl} under its
 * configuration directory.
 */
final class Transcripts {
    private final Path project;

    /**
     * @param configDirectory what {@code CLAUDE_CONFIG_DIR} names
     * @param workspace the existing directory that the CLI runs in
     */
    Transcripts(Path configDirectory, Path workspace) throws IOException {
        String slug = workspace.toRealPath().toString().replaceAll("[^a-zA-Z0-9]", "-");
        this.project = configDirectory.resolve("projects").resolve(slug);
    }

    /** Writes the shortest conversation that the real CLI, too, agrees to resume. */
    void create(String sessionId, Instant at) throws IOException {
        Files.createDirectories(project);
        Files.writeString(file(sessionId), """
                {"type":"user","message":{"role":"user","content":"Good evening"},"uuid":"%s","parentUuid":null,"sessionId":"%s","timestamp":"%s"}
                """.formatted(UUID.randomUUID(), sessionId, at));
    }

    boolean exists(String sessionId) {
        return Files.exists(file(sessionId));
    }

    private Path file(String sessionId) {
        return project.resolve(sessionId + ".jsonl");
    }
}
