package dev.sessionttl.packaging;

import java.lang.invoke.LambdaMetafactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * The class of one lambda: what {@link LambdaMetafactory} would make, whose words these are. One that captures nothing has one
 * instance, as it has there.
 *
 * @param name the class's internal name
 * @param method the name of the interface's method
 * @param captured types of what it captures; first the receiver, where its body is a method of one
 * @param interfaces that it implements, internal names
 * @param erased the type of the interface's method, and those of its bridges
 * @param instantiated the same method's type, with the types that the interface is used with here
 * @param body what it calls
 */
record LambdaClass(
        String name,
        String method,
        List<Type> captured,
        List<String> interfaces,
        Set<Type> erased,
        Type instantiated,
        Handle body) {
    private static final String INSTANCE = "INSTANCE";
    private static final String CREATE = "create";
    private static final String CONSTRUCTOR = "<init>";

    /** Where {@link LambdaMetafactory#altMetafactory}, and it alone, has its flags. */
    private static final int FLAGS = 3;

    static LambdaClass of(String name, String method, String factory, Object... arguments) {
        List<String> interfaces = new ArrayList<>();
        interfaces.add(Type.getReturnType(factory).getInternalName());
        Set<Type> erased = new LinkedHashSet<>();
        erased.add((Type) arguments[0]);
        int next = FLAGS + 1;
        if (has(LambdaMetafactory.FLAG_MARKERS, arguments)) {
            int markers = (int) arguments[next++];
            for (int i = 0; i < markers; i++) {
                interfaces.add(((Type) arguments[next++]).getInternalName());
            }
        }
        if (has(LambdaMetafactory.FLAG_BRIDGES, arguments)) {
            int bridges = (int) arguments[next++];
            for (int i = 0; i < bridges; i++) {
                erased.add((Type) arguments[next++]);
            }
        }
        return new LambdaClass(
                name, method, List.of(Type.getArgumentTypes(factory)), interfaces, erased, (Type) arguments[2], (Handle)
                        arguments[1]);
    }

    static boolean isSerializable(Object... arguments) {
        return has(LambdaMetafactory.FLAG_SERIALIZABLE, arguments);
    }

    private static boolean has(int flag, Object... arguments) {
        return arguments.length > FLAGS && ((int) arguments[FLAGS] & flag) != 0;
    }

    /**
     * Code that finds what is captured on the stack, and leaves the lambda there instead, as no more than the interface: of
     * another type the JVM would have to load the interface to verify this code, be it run or not.
     */
    void evaluate(MethodVisitor code) {
        if (captured.isEmpty()) {
            code.visitFieldInsn(Opcodes.GETSTATIC, name, INSTANCE, type().getDescriptor());
        } else {
            code.visitMethodInsn(Opcodes.INVOKESTATIC, name, CREATE, creation(), false);
        }
    }

    /**
     * @param nestHost the internal name of the host of the nest that its body is in
     */
    byte[] bytes(String nestHost) {
        ClassWriter made = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        made.visit(
                Opcodes.V11,
                Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC,
                name,
                null,
                "java/lang/Object",
                interfaces.toArray(new String[0]));
        made.visitNestHost(nestHost);
        makeConstructor(made);
        if (captured.isEmpty()) {
            makeInstance(made);
        } else {
            makeCreate(made);
        }
        erased.forEach(type -> makeMethod(made, type.getArgumentTypes(), type.getReturnType()));
        made.visitEnd();
        return made.toByteArray();
    }

    private void makeConstructor(ClassWriter made) {
        MethodVisitor code = made.visitMethod(0, CONSTRUCTOR, construction(), null, null);
        code.visitCode();
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", CONSTRUCTOR, "()V", false);
        int local = 1;
        for (int i = 0; i < captured.size(); i++) {
            Type type = captured.get(i);
            made.visitField(Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL, field(i), type.getDescriptor(), null, null);
            code.visitVarInsn(Opcodes.ALOAD, 0);
            code.visitVarInsn(type.getOpcode(Opcodes.ILOAD), local);
            code.visitFieldInsn(Opcodes.PUTFIELD, name, field(i), type.getDescriptor());
            local += type.getSize();
        }
        end(code, Opcodes.RETURN);
    }

    private void makeInstance(ClassWriter made) {
        String descriptor = type().getDescriptor();
        made.visitField(Opcodes.ACC_STATIC | Opcodes.ACC_FINAL, INSTANCE, descriptor, null, null);
        MethodVisitor code = made.visitMethod(Opcodes.ACC_STATIC, "<clinit>", "()V", null, null);
        code.visitCode();
        code.visitTypeInsn(Opcodes.NEW, name);
        code.visitInsn(Opcodes.DUP);
        code.visitMethodInsn(Opcodes.INVOKESPECIAL, name, CONSTRUCTOR, construction(), false);
        code.visitFieldInsn(Opcodes.PUTSTATIC, name, INSTANCE, descriptor);
        end(code, Opcodes.RETURN);
    }

    private void makeCreate(ClassWriter made) {
        MethodVisitor code = made.visitMethod(Opcodes.ACC_STATIC, CREATE, creation(), null, null);
        code.visitCode();
        code.visitTypeInsn(Opcodes.NEW, name);
        code.visitInsn(Opcodes.DUP);
        int local = 0;
        for (Type type : captured) {
            code.visitVarInsn(type.getOpcode(Opcodes.ILOAD), local);
            local += type.getSize();
        }
        code.visitMethodInsn(Opcodes.INVOKESPECIAL, name, CONSTRUCTOR, construction(), false);
        end(code, Opcodes.ARETURN);
    }

    private void makeMethod(ClassWriter made, Type[] given, Type wanted) {
        MethodVisitor code =
                made.visitMethod(Opcodes.ACC_PUBLIC, method, Type.getMethodDescriptor(wanted, given), null, null);
        code.visitCode();
        if (isNew()) {
            code.visitTypeInsn(Opcodes.NEW, body.getOwner());
            code.visitInsn(Opcodes.DUP);
        }
        for (int i = 0; i < captured.size(); i++) {
            code.visitVarInsn(Opcodes.ALOAD, 0);
            code.visitFieldInsn(
                    Opcodes.GETFIELD, name, field(i), captured.get(i).getDescriptor());
        }
        List<Type> parameters = parameters();
        Type[] used = instantiated.getArgumentTypes();
        int local = 1;
        for (int i = 0; i < given.length; i++) {
            code.visitVarInsn(given[i].getOpcode(Opcodes.ILOAD), local);
            Conversion.of(given[i], used[i], code);
            Conversion.of(used[i], parameters.get(captured.size() + i), code);
            local += given[i].getSize();
        }
        code.visitMethodInsn(call(), body.getOwner(), body.getName(), body.getDesc(), body.isInterface());
        Type result = isNew() ? Type.getObjectType(body.getOwner()) : Type.getReturnType(body.getDesc());
        Conversion.of(result, wanted, code);
        end(code, wanted.getOpcode(Opcodes.IRETURN));
    }

    /** The body's, with its receiver as the first where it has one. */
    private List<Type> parameters() {
        List<Type> parameters = new ArrayList<>(Arrays.asList(Type.getArgumentTypes(body.getDesc())));
        if (!isNew() && body.getTag() != Opcodes.H_INVOKESTATIC) {
            parameters.add(0, Type.getObjectType(body.getOwner()));
        }
        return parameters;
    }

    private boolean isNew() {
        return body.getTag() == Opcodes.H_NEWINVOKESPECIAL;
    }

    /** A nestmate calls a private method as any other of its kind; a call of {@code super} javac has a method of its own for. */
    private int call() {
        if (body.getTag() == Opcodes.H_INVOKESPECIAL && !name.startsWith(body.getOwner() + "$")) {
            throw new IllegalArgumentException(name + " calls super, which only the class itself can: " + body);
        }
        return switch (body.getTag()) {
            case Opcodes.H_INVOKESTATIC -> Opcodes.INVOKESTATIC;
            case Opcodes.H_NEWINVOKESPECIAL -> Opcodes.INVOKESPECIAL;
            default -> body.isInterface() ? Opcodes.INVOKEINTERFACE : Opcodes.INVOKEVIRTUAL;
        };
    }

    private static void end(MethodVisitor code, int instruction) {
        code.visitInsn(instruction);
        code.visitMaxs(0, 0);
        code.visitEnd();
    }

    private Type type() {
        return Type.getObjectType(interfaces.get(0));
    }

    private String construction() {
        return Type.getMethodDescriptor(Type.VOID_TYPE, captured.toArray(new Type[0]));
    }

    private String creation() {
        return Type.getMethodDescriptor(type(), captured.toArray(new Type[0]));
    }

    private static String field(int captured) {
        return "captured" + captured;
    }
}
