package dev.sessionttl.engine.classfile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.bytebuddy.jar.asm.AnnotationVisitor;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.FieldVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;

/**
 * What a class file declares; all names are binary, {@code com.acme.Outer$Inner}.
 *
 * @param supertypes the superclass first, the interfaces after it
 */
public record ClassHeader(
        String name,
        List<DeclaredType> supertypes,
        List<String> annotations,
        List<Field> fields,
        List<Method> methods) {
    /** @param type with the type arguments */
    public record Field(int access, String name, DeclaredType type) {
        public boolean isStatic() {
            return (access & Opcodes.ACC_STATIC) != 0;
        }
    }

    /**
     * @param name a constructor's is {@code <init>}
     * @param types with the type arguments; without what the compiler has added where those are known
     */
    public record Method(int access, String name, String descriptor, DeclaredType.OfMethod types) {
        public boolean isStatic() {
            return is(Opcodes.ACC_STATIC);
        }

        public boolean isAbstract() {
            return is(Opcodes.ACC_ABSTRACT);
        }

        public boolean isNative() {
            return is(Opcodes.ACC_NATIVE);
        }

        public boolean isSynthetic() {
            return is(Opcodes.ACC_SYNTHETIC);
        }

        public boolean isConstructor() {
            return name.equals("<init>");
        }

        public boolean isTypeInitializer() {
            return name.equals("<clinit>");
        }

        /** As the JVM has it, without type arguments. */
        public String returnType() {
            return Type.getReturnType(descriptor).getClassName();
        }

        /** As the JVM has them, without type arguments. */
        public List<String> parameterTypes() {
            return Arrays.stream(Type.getArgumentTypes(descriptor))
                    .map(Type::getClassName)
                    .toList();
        }

        private boolean is(int flag) {
            return (access & flag) != 0;
        }
    }

    /** @throws RuntimeException where the bytes are no class file that can be understood */
    public static ClassHeader of(byte[] classFile) {
        return of(classFile, List.of());
    }

    /**
     * As {@link #of(byte[])}.
     *
     * @param arguments what the class's type variables stand for, in its members and above it
     */
    static ClassHeader of(byte[] classFile, List<DeclaredType> arguments) {
        ClassReader reader = ClassFiles.reader(classFile);
        ClassHeader header = new ClassHeader(
                binary(reader.getClassName()),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
        reader.accept(
                new Visitor(header, arguments),
                ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return header;
    }

    private static String binary(String internalName) {
        return internalName.replace('/', '.');
    }

    private static final class Visitor extends ClassVisitor {
        private final ClassHeader into;
        private final List<DeclaredType> arguments;
        private Map<String, DeclaredType> variables = Map.of();

        Visitor(ClassHeader into, List<DeclaredType> arguments) {
            super(ClassFiles.API);
            this.into = into;
            this.arguments = arguments;
        }

        @Override
        public void visit(
                int version,
                int access,
                String name,
                @Nullable String signature,
                @Nullable String superName,
                String[] interfaces) {
            variables = DeclaredType.variables(signature, arguments);
            into.supertypes.addAll(DeclaredType.supertypes(superName, Arrays.asList(interfaces), signature, variables));
        }

        @Override
        public @Nullable AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
            into.annotations.add(Type.getType(descriptor).getClassName());
            return null;
        }

        @Override
        public @Nullable FieldVisitor visitField(
                int access, String name, String descriptor, @Nullable String signature, @Nullable Object value) {
            into.fields.add(new Field(access, name, DeclaredType.of(descriptor, signature, variables)));
            return null;
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            into.methods.add(
                    new Method(access, name, descriptor, DeclaredType.ofMethod(descriptor, signature, variables)));
            return null;
        }
    }
}
