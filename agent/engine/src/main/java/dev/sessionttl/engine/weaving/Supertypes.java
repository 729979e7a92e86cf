package dev.sessionttl.engine.weaving;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import net.bytebuddy.description.type.TypeDefinition;
import net.bytebuddy.description.type.TypeDescription;

/** The classes and interfaces that a type extends, all the way up. */
final class Supertypes {
    private Supertypes() {}

    /**
     * Binary names, without the type's own. A supertype whose class file cannot be found ends its branch: the rest of the
     * hierarchy still counts.
     */
    static Set<String> namesOf(TypeDescription type) {
        Set<String> names = new LinkedHashSet<>();
        Deque<TypeDefinition> open = new ArrayDeque<>();
        open.add(type);
        while (!open.isEmpty()) {
            TypeDefinition next = open.remove();
            try {
                TypeDefinition superClass = next.getSuperClass();
                if (superClass != null && names.add(superClass.asErasure().getName())) {
                    open.add(superClass.asErasure());
                }
                for (TypeDefinition implemented : next.getInterfaces()) {
                    if (names.add(implemented.asErasure().getName())) {
                        open.add(implemented.asErasure());
                    }
                }
            } catch (RuntimeException classFileNotFound) {
                // Its own name is in the set already.
            }
        }
        return names;
    }
}
