package dev.sessionttl.engine.discover;

/** @param owner the internal name of the class that a call names, {@code com/acme/Store} */
record MethodKey(String owner, String name, String descriptor) {}
