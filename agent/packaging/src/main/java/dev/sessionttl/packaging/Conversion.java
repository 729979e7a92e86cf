package dev.sessionttl.packaging;

import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/** What a lambda's arguments and its result go through between the interface and the body: casts, boxes, wider primitives. */
final class Conversion {
    private static final Type OBJECT = Type.getType(Object.class);
    private static final Type NUMBER = Type.getType(Number.class);
    private static final Map<Type, Type> BOXES = Map.of(
            Type.BOOLEAN_TYPE, Type.getType(Boolean.class),
            Type.CHAR_TYPE, Type.getType(Character.class),
            Type.BYTE_TYPE, Type.getType(Byte.class),
            Type.SHORT_TYPE, Type.getType(Short.class),
            Type.INT_TYPE, Type.getType(Integer.class),
            Type.LONG_TYPE, Type.getType(Long.class),
            Type.FLOAT_TYPE, Type.getType(Float.class),
            Type.DOUBLE_TYPE, Type.getType(Double.class));
    private static final Map<Type, Type> UNBOXED =
            BOXES.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

    /** What makes a primitive wider, by both descriptors; {@code int} and what is narrower are one to the JVM. */
    private static final Map<String, Integer> WIDENING = Map.of(
            "IJ", Opcodes.I2L,
            "IF", Opcodes.I2F,
            "ID", Opcodes.I2D,
            "JF", Opcodes.L2F,
            "JD", Opcodes.L2D,
            "FD", Opcodes.F2D);

    private Conversion() {}

    /**
     * Code that finds the one type on the stack, and leaves the other there instead.
     *
     * @throws IllegalArgumentException if no lambda may be given the one for the other
     */
    static void of(Type from, Type to, MethodVisitor code) {
        if (from.equals(to)) {
            return;
        }
        if (to.getSort() == Type.VOID) {
            code.visitInsn(from.getSize() == 2 ? Opcodes.POP2 : Opcodes.POP);
        } else if (isPrimitive(from) && isPrimitive(to)) {
            widen(from, to, code);
        } else if (isPrimitive(from)) {
            box(from, code);
        } else if (isPrimitive(to)) {
            unbox(from, to, code);
        } else {
            cast(to, code);
        }
    }

    private static void box(Type primitive, MethodVisitor code) {
        Type box = boxOf(primitive);
        String valueOf = Type.getMethodDescriptor(box, primitive);
        code.visitMethodInsn(Opcodes.INVOKESTATIC, box.getInternalName(), "valueOf", valueOf, false);
    }

    /** A type variable is no box, though what it stands for is one: maybe of a narrower number. */
    private static void unbox(Type from, Type to, MethodVisitor code) {
        Type primitive = UNBOXED.getOrDefault(from, to);
        Type box = UNBOXED.containsKey(from) || !isNumber(to) ? boxOf(primitive) : NUMBER;
        if (!box.equals(from)) {
            cast(box, code);
        }
        String value = primitive.getClassName() + "Value";
        code.visitMethodInsn(
                Opcodes.INVOKEVIRTUAL, box.getInternalName(), value, Type.getMethodDescriptor(primitive), false);
        widen(primitive, to, code);
    }

    private static boolean isNumber(Type primitive) {
        return primitive.getSort() > Type.CHAR;
    }

    private static Type boxOf(Type primitive) {
        return Objects.requireNonNull(BOXES.get(primitive));
    }

    private static void cast(Type to, MethodVisitor code) {
        if (!to.equals(OBJECT)) {
            code.visitTypeInsn(Opcodes.CHECKCAST, to.getInternalName());
        }
    }

    private static void widen(Type from, Type to, MethodVisitor code) {
        if (from.equals(to) || (isInt(from) && isInt(to))) {
            return;
        }
        Integer instruction = WIDENING.get((isInt(from) ? Type.INT_TYPE : from).getDescriptor() + to.getDescriptor());
        if (instruction == null) {
            throw new IllegalArgumentException(from.getClassName() + " is never given for " + to.getClassName());
        }
        code.visitInsn(instruction);
    }

    private static boolean isInt(Type type) {
        return type.getSort() >= Type.CHAR && type.getSort() <= Type.INT;
    }

    private static boolean isPrimitive(Type type) {
        return type.getSort() < Type.ARRAY;
    }
}
