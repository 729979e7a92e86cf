package dev.sessionttl.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * The lambdas and method references in a folder of class files, made into classes of that folder, as javac made them before
 * Java 8. The JDK would make the same classes where each is first evaluated, with the machinery that it makes them by:
 * code that is run once, cold, while a host waits for its start.
 *
 * <p>A class so made is a nestmate of the one that it was part of, so that it may call the private method which is the lambda's
 * body. Lambdas that can be serialised stay as they are.
 */
public final class LambdaClasses {
    private static final String METAFACTORY = "java/lang/invoke/LambdaMetafactory";
    private static final String CLASS_SUFFIX = ".class";

    private final Path folder;

    /** The classes made, by the host of the nest that they belong to. */
    private final Map<String, List<String>> made = new TreeMap<>();

    private LambdaClasses(Path folder) {
        this.folder = folder;
    }

    /**
     * @param arguments the folder, whose class files are rewritten in place; where they have been already, nothing is left to do
     * @throws IOException if one of them cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        new LambdaClasses(Path.of(arguments[0])).make();
    }

    private void make() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(CLASS_SUFFIX))
                    .sorted()
                    .toList()) {
                makeClassesOf(file);
            }
        }
        for (Map.Entry<String, List<String>> nest : made.entrySet()) {
            widen(file(nest.getKey()), nest.getValue());
        }
    }

    private void makeClassesOf(Path file) throws IOException {
        ClassReader read = new ClassReader(Files.readAllBytes(file));
        ClassWriter written = new ClassWriter(0);
        WithoutLambdas rewritten = new WithoutLambdas(written);
        read.accept(rewritten, 0);
        if (!rewritten.lambdas.isEmpty()) {
            Files.write(file, written.toByteArray());
            for (LambdaClass lambda : rewritten.lambdas) {
                Files.write(file(lambda.name()), lambda.bytes(rewritten.nestHost), StandardOpenOption.CREATE_NEW);
                made.computeIfAbsent(rewritten.nestHost, host -> new ArrayList<>())
                        .add(lambda.name());
            }
        }
    }

    /** Only class files from Java 11 on have nests; what javac has written for Java 8 means the same there. */
    private static void widen(Path file, List<String> members) throws IOException {
        ClassReader read = new ClassReader(Files.readAllBytes(file));
        ClassWriter written = new ClassWriter(0);
        read.accept(
                new ClassVisitor(Opcodes.ASM9, written) {
                    @Override
                    public void visit(
                            int version,
                            int access,
                            String name,
                            String signature,
                            String superName,
                            String[] interfaces) {
                        super.visit(Math.max(version, Opcodes.V11), access, name, signature, superName, interfaces);
                    }

                    @Override
                    public void visitEnd() {
                        members.forEach(this::visitNestMember);
                        super.visitEnd();
                    }
                },
                0);
        Files.write(file, written.toByteArray());
    }

    private Path file(String className) {
        return folder.resolve(className + CLASS_SUFFIX);
    }

    /** A class that calls classes of its own instead of the JDK's factory of lambdas. */
    private static final class WithoutLambdas extends ClassVisitor {
        private final List<LambdaClass> lambdas = new ArrayList<>();
        private String name = "";
        private String nestHost = "";

        WithoutLambdas(ClassWriter written) {
            super(Opcodes.ASM9, written);
        }

        @Override
        public void visit(
                int version, int access, String name, String signature, String superName, String[] interfaces) {
            this.name = name;
            nestHost = name;
            super.visit(version, access, name, signature, superName, interfaces);
        }

        @Override
        public void visitNestHost(String nestHost) {
            this.nestHost = nestHost;
            super.visitNestHost(nestHost);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String method, String descriptor, String signature, String[] exceptions) {
            return new MethodVisitor(
                    Opcodes.ASM9, super.visitMethod(access, method, descriptor, signature, exceptions)) {
                @Override
                public void visitInvokeDynamicInsn(
                        String interfaceMethod, String factory, Handle bootstrap, Object... arguments) {
                    if (bootstrap.getOwner().equals(METAFACTORY) && !LambdaClass.isSerializable(arguments)) {
                        LambdaClass lambda =
                                LambdaClass.of(name + "$Lambda" + lambdas.size(), interfaceMethod, factory, arguments);
                        lambdas.add(lambda);
                        lambda.evaluate(this);
                    } else {
                        super.visitInvokeDynamicInsn(interfaceMethod, factory, bootstrap, arguments);
                    }
                }
            };
        }
    }
}
