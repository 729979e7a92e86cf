package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.classfile.ClassFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * A method's own code with calls of the door in it. The door never throws where it is called here, so that no handler is
 * needed around its calls; and it hands out what the method may return, so that no branch is needed after them. What is kept
 * until the method's end lies in a local variable beyond the method's own.
 */
abstract class DoorCode extends MethodVisitor {
    private static final String DOOR = "java/lang/SessionTtlDoor";
    private static final String OBJECT = "java/lang/Object";
    private static final String OBJECTS = "[Ljava/lang/Object;";

    /** What a call of the door has on the stack at most: its number, the receiver, and an array that is being filled. */
    private static final int DEEPEST_CALL = 7;

    /** What a call at the method's end adds to what it has there. */
    private static final int CALL_AT_END = 3;

    final MethodCode.Method method;
    private final int site;

    private DoorCode(MethodCode.Method method, int site, MethodVisitor code) {
        super(ClassFiles.API, code);
        this.method = method;
        this.site = site;
    }

    /** It is told of at its beginning. */
    static MethodVisitor told(MethodCode.Method method, int site, MethodVisitor code) {
        return new Told(method, site, code);
    }

    /** What it returns goes through the door. */
    static MethodVisitor handedOut(MethodCode.Method method, int site, MethodVisitor code) {
        return new HandedOut(method, site, code);
    }

    /** The door decides whether its body is run, and is told of its end. */
    static MethodVisitor entered(MethodCode.Method method, int site, MethodVisitor code) {
        return new Entered(method, site, code);
    }

    /** A constructor is told of once it has ended well: before its object is made, there is none to tell of. */
    static MethodVisitor built(MethodCode.Method method, int site, MethodVisitor code) {
        return new Built(method, site, code);
    }

    @Override
    public void visitMaxs(int maxStack, int maxLocals) {
        super.visitMaxs(Math.max(maxStack + CALL_AT_END, DEEPEST_CALL), maxLocals);
    }

    final void loadSite() {
        visitLdcInsn(site);
    }

    final void loadSelf() {
        if (method.isStatic()) {
            visitInsn(Opcodes.ACONST_NULL);
        } else {
            visitVarInsn(Opcodes.ALOAD, 0);
        }
    }

    /** As objects, in a new array. */
    final void loadArguments() {
        Type[] types = Type.getArgumentTypes(method.descriptor());
        visitIntInsn(Opcodes.SIPUSH, types.length);
        visitTypeInsn(Opcodes.ANEWARRAY, OBJECT);
        int local = method.isStatic() ? 0 : 1;
        for (int i = 0; i < types.length; i++) {
            visitInsn(Opcodes.DUP);
            visitIntInsn(Opcodes.SIPUSH, i);
            visitVarInsn(types[i].getOpcode(Opcodes.ILOAD), local);
            box(types[i]);
            visitInsn(Opcodes.AASTORE);
            local += types[i].getSize();
        }
    }

    final void callDoor(String name, String descriptor) {
        visitMethodInsn(Opcodes.INVOKESTATIC, DOOR, name, descriptor, false);
    }

    /** What lies on the stack becomes an object; null where there is nothing. */
    final void box(Type type) {
        if (type.getSort() == Type.VOID) {
            visitInsn(Opcodes.ACONST_NULL);
        } else if (type.getSort() < Type.ARRAY) {
            String box = boxOf(type);
            visitMethodInsn(Opcodes.INVOKESTATIC, box, "valueOf", "(" + type.getDescriptor() + ")L" + box + ";", false);
        }
    }

    /** The object on the stack becomes what the method returns. */
    final void unbox(Type type) {
        if (type.getSort() == Type.VOID) {
            visitInsn(Opcodes.POP);
        } else if (type.getSort() < Type.ARRAY) {
            visitTypeInsn(Opcodes.CHECKCAST, boxOf(type));
            visitMethodInsn(
                    Opcodes.INVOKEVIRTUAL,
                    boxOf(type),
                    type.getClassName() + "Value",
                    "()" + type.getDescriptor(),
                    false);
        } else if (!type.getInternalName().equals(OBJECT)) {
            visitTypeInsn(Opcodes.CHECKCAST, type.getInternalName());
        }
    }

    static boolean isReturn(int opcode) {
        return opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN;
    }

    private static String boxOf(Type type) {
        return switch (type.getSort()) {
            case Type.BOOLEAN -> "java/lang/Boolean";
            case Type.CHAR -> "java/lang/Character";
            case Type.BYTE -> "java/lang/Byte";
            case Type.SHORT -> "java/lang/Short";
            case Type.INT -> "java/lang/Integer";
            case Type.FLOAT -> "java/lang/Float";
            case Type.LONG -> "java/lang/Long";
            default -> "java/lang/Double";
        };
    }

    private static final class Told extends DoorCode {
        Told(MethodCode.Method method, int site, MethodVisitor code) {
            super(method, site, code);
        }

        @Override
        public void visitCode() {
            super.visitCode();
            loadSite();
            loadSelf();
            loadArguments();
            callDoor("tell", "(ILjava/lang/Object;[Ljava/lang/Object;)V");
        }
    }

    private static final class HandedOut extends DoorCode {
        private final Type type;

        HandedOut(MethodCode.Method method, int site, MethodVisitor code) {
            super(method, site, code);
            type = Type.getReturnType(method.descriptor());
        }

        @Override
        public void visitInsn(int opcode) {
            if (isReturn(opcode)) {
                box(type);
                loadSite();
                callDoor("handOut", "(Ljava/lang/Object;I)Ljava/lang/Object;");
                unbox(type);
            }
            super.visitInsn(opcode);
        }
    }

    /** Keeps objects until the end. */
    private abstract static class Keeping extends DoorCode {
        private final int kept;

        /** @param kept how many */
        Keeping(MethodCode.Method method, int site, MethodVisitor code, int kept) {
            super(method, site, code);
            this.kept = kept;
        }

        final void keep(int index) {
            visitVarInsn(Opcodes.ASTORE, method.maxLocals() + index);
        }

        final void loadKept(int index) {
            visitVarInsn(Opcodes.ALOAD, method.maxLocals() + index);
        }

        /** What is known of the object that is kept, where a frame is. */
        abstract Object typeOf(int index, List<Object> frame);

        /** Between the method's own variables and those that are kept, nothing is known. */
        @Override
        public void visitFrame(int kind, int localCount, Object[] locals, int stackSize, Object[] stack) {
            List<Object> frame = new ArrayList<>(Arrays.asList(locals).subList(0, localCount));
            frame.addAll(Arrays.asList(stack).subList(0, stackSize));
            List<Object> all = new ArrayList<>(frame.subList(0, localCount));
            int slots = 0;
            for (Object type : all) {
                slots += type == Opcodes.LONG || type == Opcodes.DOUBLE ? 2 : 1;
            }
            all.addAll(Collections.nCopies(method.maxLocals() - slots, Opcodes.TOP));
            for (int i = 0; i < kept; i++) {
                all.add(typeOf(i, frame));
            }
            super.visitFrame(kind, all.size(), all.toArray(), stackSize, stack);
        }

        @Override
        public void visitMaxs(int maxStack, int maxLocals) {
            super.visitMaxs(maxStack, maxLocals + kept);
        }
    }

    /**
     * The object is kept from the beginning, since at the end its variable may hold something else: obfuscators forget what
     * is no longer needed. To the JVM it is made wherever it lies as soon as a constructor above was called; Groovy writes
     * calls of several, and picks one at run time.
     */
    private static final class Built extends Keeping {
        private static final int ARGUMENTS = 0;
        private static final int MADE = 1;

        Built(MethodCode.Method method, int site, MethodVisitor code) {
            super(method, site, code, 2);
        }

        @Override
        public void visitCode() {
            super.visitCode();
            loadArguments();
            keep(ARGUMENTS);
            loadSelf();
            keep(MADE);
        }

        @Override
        Object typeOf(int index, List<Object> frame) {
            if (index == ARGUMENTS) {
                return OBJECTS;
            }
            return frame.contains(Opcodes.UNINITIALIZED_THIS) ? Opcodes.UNINITIALIZED_THIS : method.owner();
        }

        @Override
        public void visitInsn(int opcode) {
            if (isReturn(opcode)) {
                loadSite();
                loadKept(MADE);
                loadKept(ARGUMENTS);
                callDoor("built", "(ILjava/lang/Object;[Ljava/lang/Object;)V");
            }
            super.visitInsn(opcode);
        }
    }

    private static final class Entered extends Keeping {
        private final Type type;
        private final Label body = new Label();

        Entered(MethodCode.Method method, int site, MethodVisitor code) {
            super(method, site, code, 1);
            type = Type.getReturnType(method.descriptor());
        }

        @Override
        public void visitCode() {
            super.visitCode();
            loadSite();
            loadSelf();
            loadArguments();
            callDoor("enter", "(ILjava/lang/Object;[Ljava/lang/Object;)Ljava/lang/Object;");
            keep(0);
            loadKept(0);
            visitTypeInsn(Opcodes.INSTANCEOF, OBJECTS);
            visitJumpInsn(Opcodes.IFEQ, body);
            loadKept(0);
            visitTypeInsn(Opcodes.CHECKCAST, OBJECTS);
            callDoor("instead", "([Ljava/lang/Object;)Ljava/lang/Object;");
            unbox(type);
            super.visitInsn(type.getOpcode(Opcodes.IRETURN));
            visitLabel(body);
            frame(argumentTypes());
            // The method's own code may begin with a frame, and there is to be but one at each place.
            visitInsn(Opcodes.NOP);
        }

        @Override
        public void visitInsn(int opcode) {
            if (isReturn(opcode)) {
                box(type);
                loadSite();
                loadKept(0);
                callDoor("exit", "(Ljava/lang/Object;ILjava/lang/Object;)Ljava/lang/Object;");
                unbox(type);
            }
            super.visitInsn(opcode);
        }

        /** After all handlers of the method's own, which come first. */
        @Override
        public void visitMaxs(int maxStack, int maxLocals) {
            Label end = new Label();
            visitLabel(end);
            visitTryCatchBlock(body, end, end, "java/lang/Throwable");
            frame(new Object[0], "java/lang/Throwable");
            visitInsn(Opcodes.DUP);
            loadSite();
            loadKept(0);
            callDoor("threw", "(Ljava/lang/Throwable;ILjava/lang/Object;)V");
            visitInsn(Opcodes.ATHROW);
            super.visitMaxs(maxStack, maxLocals);
        }

        @Override
        Object typeOf(int index, List<Object> frame) {
            return OBJECT;
        }

        /** Where class files have no stack maps, before Java 6, the JVM passes over it. */
        private void frame(Object[] locals, Object... stack) {
            visitFrame(Opcodes.F_NEW, locals.length, locals, stack.length, stack);
        }

        private Object[] argumentTypes() {
            Type[] types = Type.getArgumentTypes(method.descriptor());
            int first = method.isStatic() ? 0 : 1;
            Object[] locals = new Object[first + types.length];
            if (first == 1) {
                locals[0] = method.owner();
            }
            for (int i = 0; i < types.length; i++) {
                locals[first + i] = frameType(types[i]);
            }
            return locals;
        }

        private static Object frameType(Type type) {
            return switch (type.getSort()) {
                case Type.BOOLEAN, Type.CHAR, Type.BYTE, Type.SHORT, Type.INT -> Opcodes.INTEGER;
                case Type.FLOAT -> Opcodes.FLOAT;
                case Type.LONG -> Opcodes.LONG;
                case Type.DOUBLE -> Opcodes.DOUBLE;
                default -> type.getInternalName();
            };
        }
    }
}
