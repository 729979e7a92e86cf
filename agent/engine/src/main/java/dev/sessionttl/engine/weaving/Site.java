package dev.sessionttl.engine.weaving;

/** What is to be done in a woven method. */
sealed interface Site permits DriverSite, FailureSite, LogSite, ProcessSite, ReadSite {}
