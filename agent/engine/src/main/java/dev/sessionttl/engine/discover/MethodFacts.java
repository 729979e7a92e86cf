package dev.sessionttl.engine.discover;

import dev.sessionttl.engine.classfile.DeclaredType;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.Opcodes;

/** What the code of one method of the host's does. Filled while its class file is read, not changed afterwards. */
final class MethodFacts {
    final ClassFacts owner;
    final MethodKey key;
    final int access;
    final DeclaredType.OfMethod types;
    final List<String> parameterNames = new ArrayList<>();
    final List<Annotation> annotations = new ArrayList<>();
    final List<Call> calls = new ArrayList<>();
    /** Constants, and concatenations with {@link Sql#HOLE} for what is not known. */
    final List<Value> texts = new ArrayList<>();

    final List<Value.Function> functions = new ArrayList<>();
    final List<Value.Field> fieldReads = new ArrayList<>();
    final List<FieldWrite> fieldWrites = new ArrayList<>();
    final List<Value> returned = new ArrayList<>();
    boolean hasCode;

    record FieldWrite(String owner, String name, Value value) {}

    MethodFacts(ClassFacts owner, MethodKey key, int access, DeclaredType.OfMethod types) {
        this.owner = owner;
        this.key = key;
        this.access = access;
        this.types = types;
    }

    String name() {
        return key.name();
    }

    boolean isStatic() {
        return (access & Opcodes.ACC_STATIC) != 0;
    }

    boolean isSynthetic() {
        return (access & (Opcodes.ACC_SYNTHETIC | Opcodes.ACC_BRIDGE)) != 0;
    }

    boolean isSuspend() {
        int last = types.parameters().size() - 1;
        return last >= 0 && types.parameters().get(last).name().equals(DeclaredType.CONTINUATION);
    }

    /** What a caller gives it: a suspend function's without its continuation. */
    List<DeclaredType> parameters() {
        List<DeclaredType> all = types.parameters();
        return isSuspend() ? all.subList(0, all.size() - 1) : all;
    }

    /** What a caller gets of it: a suspend function's as its continuation tells. */
    DeclaredType returns() {
        List<DeclaredType> all = types.parameters();
        return isSuspend() ? all.get(all.size() - 1).onlyArgument().orElse(DeclaredType.OBJECT) : types.returns();
    }

    String parameterName(int index) {
        return index < parameterNames.size() ? parameterNames.get(index) : "";
    }

    /** The pointcut of this very method. */
    String pointcut() {
        List<String> parameters = new ArrayList<>();
        parameters().forEach(type -> parameters.add(type.simpleName()));
        if (isSuspend()) {
            parameters.add("..");
        }
        return owner.binaryName() + "#" + name() + "(" + String.join(", ", parameters) + ")";
    }

    /** For people, without its package. */
    String shortName() {
        String type = owner.binaryName();
        return type.substring(type.lastIndexOf('.') + 1) + "#" + name();
    }

    @Override
    public String toString() {
        return pointcut();
    }
}
