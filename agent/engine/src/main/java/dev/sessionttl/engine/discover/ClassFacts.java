package dev.sessionttl.engine.discover;

import dev.sessionttl.engine.classfile.DeclaredType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.bytebuddy.jar.asm.Opcodes;

/** What a class file of the host's says. */
final class ClassFacts {
    final String internalName;
    final int access;
    final String superName;
    final List<String> interfaces;
    /** Superclass and interfaces with their type arguments. */
    final List<DeclaredType> supertypes;

    final String place;
    final List<Annotation> annotations = new ArrayList<>();
    final List<FieldFacts> fields = new ArrayList<>();
    final List<MethodFacts> methods = new ArrayList<>();
    /** The method that a local or anonymous class stands in. */
    Optional<MethodKey> enclosing = Optional.empty();

    ClassFacts(
            String internalName,
            int access,
            String superName,
            List<String> interfaces,
            List<DeclaredType> supertypes,
            String place) {
        this.internalName = internalName;
        this.access = access;
        this.superName = superName;
        this.interfaces = interfaces;
        this.supertypes = supertypes;
        this.place = place;
    }

    String binaryName() {
        return internalName.replace('/', '.');
    }

    String simpleName() {
        return binaryName().substring(binaryName().lastIndexOf('.') + 1);
    }

    boolean isInterface() {
        return (access & Opcodes.ACC_INTERFACE) != 0;
    }

    Optional<Annotation> annotation(String... simpleNames) {
        return annotations.stream().filter(each -> each.isNamed(simpleNames)).findFirst();
    }

    @Override
    public String toString() {
        return binaryName();
    }
}
