package dev.sessionttl.engine.metrics;

/** What the gauges of the host's table show: the facts as they were when they were last looked up. */
public interface TableGauges {
    /** Rows that hold a session id; NaN while it is not known. */
    double rows();

    /** Seconds since the session unused for longest was last used; NaN while it is not known. */
    double oldestAgeSeconds();
}
