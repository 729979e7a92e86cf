package dev.sessionttl.engine.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Loggers of the host's that tell of a failed resume.
 *
 * @param place where it is written, for problems found later: {@code config/agents.json:21:17 sessionTtl.failures[0].log}
 * @param logger the loggers' name, in which {@code *} stands for any characters
 * @param level what is logged below it is not looked at
 * @param matches what the text of a failed resume matches; empty: the Claude CLI's own refusals
 */
public record LogConfig(String place, String logger, LogLevel level, Optional<Pattern> matches) {}
