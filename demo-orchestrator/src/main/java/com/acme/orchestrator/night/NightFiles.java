package com.acme.orchestrator.night;

import com.acme.orchestrator.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** One run's own files, all under one directory, so that two runs cannot touch each other's. */
record NightFiles(Path directory) {

    /** Lays out database, transcripts and queue as they are when the night begins. */
    static NightFiles seed(Path directory, Roster roster, Instant now) throws IOException {
        NightFiles files = new NightFiles(directory);
        Files.createDirectories(files.workspace());
        roster.seed(files.database(), files.transcripts(), now);
        Files.write(files.tasks(), roster.tasks().stream().map(Task::toLine).toList());
        return files;
    }

    Path database() {
        return directory.resolve("orchestrator.db");
    }

    Path tasks() {
        return directory.resolve("tasks.tsv");
    }

    Path journal() {
        return directory.resolve("journal.tsv");
    }

    Path workspace() {
        return directory.resolve("workspace");
    }

    Path claudeConfig() {
        return directory.resolve("claude");
    }

    Transcripts transcripts() throws IOException {
        return new Transcripts(claudeConfig(), workspace());
    }
}
