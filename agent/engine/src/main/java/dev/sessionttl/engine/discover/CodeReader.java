package dev.sessionttl.engine.discover;

import dev.sessionttl.engine.classfile.ClassFiles;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.bytebuddy.jar.asm.AnnotationVisitor;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;

/**
 * Follows the values through the code of one method, from top to bottom and once: what a call is given, what is returned.
 * A local variable holds what was stored into it last; nothing is ever proven by this, only found.
 */
final class CodeReader extends MethodVisitor {
    private static final String STRING_CONCAT = "java/lang/invoke/StringConcatFactory";
    private static final String LAMBDA = "java/lang/invoke/LambdaMetafactory";
    private static final String BUILDER = "java/lang/StringBuilder";
    private static final char ARGUMENT = '\1';
    private static final char CONSTANT = '\2';

    private final MethodFacts method;
    private final ClassFileReader.Keys keys;
    private final OperandStack stack = new OperandStack();
    private final List<Value> locals = new ArrayList<>();
    private final List<String> declaredNames = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    CodeReader(MethodFacts method, ClassFileReader.Keys keys) {
        super(ClassFiles.API);
        this.method = method;
        this.keys = keys;
        if (!method.isStatic()) {
            locals.add(Value.SELF);
        }
        int index = 0;
        for (Type type : Type.getArgumentTypes(method.key.descriptor())) {
            locals.add(new Value.Parameter(index++));
            if (type.getSize() == 2) {
                locals.add(Value.UNKNOWN);
            }
        }
    }

    @Override
    public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
        return new ClassFileReader.Notes(descriptor, method.annotations);
    }

    @Override
    public void visitParameter(@Nullable String name, int access) {
        declaredNames.add(name == null ? "" : name);
    }

    @Override
    public void visitCode() {
        method.hasCode = true;
    }

    @Override
    public void visitLocalVariable(
            String name, String descriptor, @Nullable String signature, Label start, Label end, int slot) {
        int first = method.isStatic() ? 0 : 1;
        int at = first;
        int index = 0;
        for (Type type : Type.getArgumentTypes(method.key.descriptor())) {
            if (at == slot) {
                while (method.parameterNames.size() <= index) {
                    method.parameterNames.add("");
                }
                if (method.parameterNames.get(index).isEmpty()) {
                    method.parameterNames.set(index, name);
                }
            }
            at += type.getSize();
            index++;
        }
    }

    @Override
    public void visitEnd() {
        if (!declaredNames.isEmpty()) {
            method.parameterNames.clear();
            method.parameterNames.addAll(declaredNames);
        }
    }

    @Override
    public void visitLdcInsn(Object value) {
        if (value instanceof String) {
            noteText(new Value.Constant(value));
        }
        if (value instanceof Type type && type.getSort() == Type.OBJECT) {
            stack.push(new Value.Constant(new Value.TypeName(type.getInternalName())));
        } else if (value instanceof Long || value instanceof Double) {
            stack.pushWide(new Value.Constant(value));
        } else {
            stack.push(value instanceof String || value instanceof Integer ? new Value.Constant(value) : Value.UNKNOWN);
        }
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
        if (opcode == Opcodes.NEWARRAY) {
            stack.pop();
            stack.push(Value.UNKNOWN);
        } else {
            stack.push(new Value.Constant(operand));
        }
    }

    @Override
    public void visitVarInsn(int opcode, int slot) {
        switch (opcode) {
            case Opcodes.LLOAD, Opcodes.DLOAD -> stack.pushWide(local(slot));
            case Opcodes.ILOAD, Opcodes.FLOAD, Opcodes.ALOAD -> stack.push(local(slot));
            case Opcodes.LSTORE, Opcodes.DSTORE -> store(slot, stack.popWide());
            case Opcodes.ISTORE, Opcodes.FSTORE, Opcodes.ASTORE -> store(slot, stack.pop());
            default -> {
                // RET: no compiler has written it since Java 6.
            }
        }
    }

    private Value local(int slot) {
        return slot < locals.size() ? locals.get(slot) : Value.UNKNOWN;
    }

    private void store(int slot, Value value) {
        while (locals.size() <= slot) {
            locals.add(Value.UNKNOWN);
        }
        locals.set(slot, value);
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
        switch (opcode) {
            case Opcodes.NEW -> stack.push(type.equals(BUILDER) ? new Value.Joined(List.of()) : Value.UNKNOWN);
            case Opcodes.ANEWARRAY -> {
                stack.pop();
                stack.push(new Value.Elements(new ArrayList<>()));
            }
            case Opcodes.INSTANCEOF -> {
                stack.pop();
                stack.push(Value.UNKNOWN);
            }
            default -> {
                // CHECKCAST leaves what is there.
            }
        }
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
        boolean isWide = Type.getType(descriptor).getSize() == 2;
        boolean isStatic = opcode == Opcodes.GETSTATIC || opcode == Opcodes.PUTSTATIC;
        if (opcode == Opcodes.PUTFIELD || opcode == Opcodes.PUTSTATIC) {
            Value stored = isWide ? stack.popWide() : stack.pop();
            if (!isStatic) {
                stack.pop();
            }
            noteText(stored);
            method.fieldWrites.add(new MethodFacts.FieldWrite(owner, name, stored));
            return;
        }
        Optional<Value> of = isStatic ? Optional.empty() : Optional.of(stack.pop());
        Value.Field field = new Value.Field(of, owner, name);
        method.fieldReads.add(field);
        if (isWide) {
            stack.pushWide(field);
        } else {
            stack.push(field);
        }
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
        List<Value> arguments = stack.popArguments(descriptor);
        Optional<Value> receiver = opcode == Opcodes.INVOKESTATIC ? Optional.empty() : Optional.of(stack.pop());
        Call call = new Call(keys.key(owner, name, descriptor), receiver, arguments);
        if (owner.equals(BUILDER) && receiver.isPresent() && receiver.get() instanceof Value.Joined joined) {
            ofBuilder(call, joined);
            return;
        }
        method.calls.add(call);
        stack.pushResult(descriptor, new Value.Result(call));
    }

    /** A concatenation as it was compiled before Java 9, and by hand since. */
    private void ofBuilder(Call call, Value.Joined joined) {
        Type appended = call.arguments().isEmpty()
                ? Type.VOID_TYPE
                : Type.getArgumentTypes(call.target().descriptor())[0];
        switch (call.name()) {
            case "append" -> {
                List<Value> parts = new ArrayList<>(joined.parts());
                parts.add(wordsOf(appended, call.arguments().get(0)));
                stack.push(new Value.Joined(parts));
            }
            case "<init>" -> {
                if (appended.getSort() == Type.OBJECT) {
                    stack.replaceTop(
                            joined, new Value.Joined(List.of(call.arguments().get(0))));
                }
            }
            case "toString" -> {
                noteText(joined);
                stack.push(joined);
            }
            default -> stack.pushResult(call.target().descriptor(), Value.UNKNOWN);
        }
    }

    private static Value wordsOf(Type type, Value value) {
        boolean hasWords = type.getSort() == Type.OBJECT || value instanceof Value.Constant;
        return hasWords ? value : new Value.Figure(value);
    }

    @Override
    public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... constants) {
        List<Value> arguments = stack.popArguments(descriptor);
        Value made = Value.UNKNOWN;
        if (bootstrap.getOwner().equals(STRING_CONCAT)) {
            made = concatenation(descriptor, arguments, constants);
            noteText(made);
        } else if (bootstrap.getOwner().equals(LAMBDA) && constants.length > 1 && constants[1] instanceof Handle code) {
            boolean isStatic = code.getTag() == Opcodes.H_INVOKESTATIC;
            Value.Function function = new Value.Function(
                    keys.key(code.getOwner(), code.getName(), code.getDesc()), isStatic, List.copyOf(arguments));
            method.functions.add(function);
            made = function;
        }
        stack.pushResult(descriptor, made);
    }

    private static Value concatenation(String descriptor, List<Value> arguments, Object[] constants) {
        String recipe = constants.length > 0 && constants[0] instanceof String text
                ? text
                : String.valueOf(ARGUMENT).repeat(arguments.size());
        Type[] types = Type.getArgumentTypes(descriptor);
        List<Value> parts = new ArrayList<>();
        StringBuilder words = new StringBuilder();
        int argument = 0;
        int constant = 1;
        for (int i = 0; i < recipe.length(); i++) {
            char c = recipe.charAt(i);
            if (c == CONSTANT && constant < constants.length) {
                words.append(constants[constant++]);
            } else if (c == ARGUMENT && argument < arguments.size()) {
                parts.add(new Value.Constant(words.toString()));
                words.setLength(0);
                parts.add(wordsOf(types[argument], arguments.get(argument++)));
            } else {
                words.append(c);
            }
        }
        parts.add(new Value.Constant(words.toString()));
        return new Value.Joined(parts);
    }

    private void noteText(Value value) {
        Optional<String> constant = Value.text(value);
        boolean isNew = constant.isPresent() ? seen.add(constant.get()) : value instanceof Value.Joined;
        if (isNew) {
            method.texts.add(value);
        }
    }

    @Override
    public void visitInsn(int opcode) {
        if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
            if (opcode == Opcodes.ARETURN) {
                method.returned.add(stack.pop());
            }
            stack.endOfPath();
        } else if (opcode == Opcodes.ATHROW) {
            stack.endOfPath();
        } else {
            stack.apply(opcode);
        }
    }

    @Override
    public void visitIincInsn(int slot, int increment) {
        store(slot, Value.UNKNOWN);
    }

    @Override
    public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
        stack.pop(dimensions);
        stack.push(Value.UNKNOWN);
    }

    @Override
    public void visitJumpInsn(int opcode, Label target) {
        if (opcode == Opcodes.GOTO) {
            stack.jumpTo(target);
            stack.endOfPath();
            return;
        }
        boolean comparesTwo = opcode >= Opcodes.IF_ICMPEQ && opcode <= Opcodes.IF_ACMPNE;
        stack.pop(comparesTwo ? 2 : 1);
        stack.jumpTo(target);
    }

    @Override
    public void visitTableSwitchInsn(int min, int max, Label fallback, Label... targets) {
        switchTo(fallback, targets);
    }

    @Override
    public void visitLookupSwitchInsn(Label fallback, int[] values, Label[] targets) {
        switchTo(fallback, targets);
    }

    private void switchTo(Label fallback, Label[] targets) {
        stack.pop();
        stack.jumpTo(fallback);
        for (Label target : targets) {
            stack.jumpTo(target);
        }
        stack.endOfPath();
    }

    @Override
    public void visitTryCatchBlock(Label start, Label end, Label handler, @Nullable String type) {
        stack.isHandler(handler);
    }

    @Override
    public void visitLabel(Label label) {
        stack.arriveAt(label);
    }
}
