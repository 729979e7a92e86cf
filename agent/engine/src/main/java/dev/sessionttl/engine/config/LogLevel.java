package dev.sessionttl.engine.config;

/** How much a line of the host's log weighs, the least first; every logging library's levels fall into these. */
public enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR
}
