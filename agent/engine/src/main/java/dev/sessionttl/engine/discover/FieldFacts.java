package dev.sessionttl.engine.discover;

import dev.sessionttl.engine.classfile.DeclaredType;
import java.util.List;

/** A field of a class of the host's. */
record FieldFacts(String name, DeclaredType type, boolean isStatic, List<Annotation> annotations) {}
