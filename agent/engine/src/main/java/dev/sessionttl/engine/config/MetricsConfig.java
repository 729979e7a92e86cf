package dev.sessionttl.engine.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the metrics are shown beside {@code http}.
 *
 * @param hostRegistry whether in the registry that the host has of its own
 * @param textfile the file that is written for node_exporter; empty: none
 */
public record MetricsConfig(boolean hostRegistry, Optional<Path> textfile) {}
