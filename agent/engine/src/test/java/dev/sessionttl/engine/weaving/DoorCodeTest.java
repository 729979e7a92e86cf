package dev.sessionttl.engine.weaving;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The JVM takes whatever is woven; what it then does, real hosts show. */
class DoorCodeTest {
    enum Form {
        TOLD,
        HANDED_OUT,
        ENTERED
    }

    /** A site whose number is no small one, in every method that has code. */
    private static final int SITE = 70_000;

    @ParameterizedTest
    @EnumSource
    void ofALibraryWithoutStackMaps(Form form) throws Exception {
        assertThat(verified(ByteBuddy.class, form)).hasSizeGreaterThan(2_500);
    }

    @ParameterizedTest
    @EnumSource
    void ofALibraryWithStackMaps(Form form) throws Exception {
        assertThat(verified(ArchConfiguration.class, form)).hasSizeGreaterThan(2_500);
    }

    /** What javac does not write, but obfuscators, inliners and Groovy do. */
    @ParameterizedTest
    @EnumSource
    void ofCodeThatNoCompilerWrites(Form form) {
        Map<String, byte[]> odd = Map.of("Odd", odd());

        assertThat(failures(odd, null)).isEmpty();
        assertThat(failures(odd, form)).isEmpty();
    }

    /** All classes of a library that the JVM takes as they are, and as they are woven. */
    private static Map<String, byte[]> verified(Class<?> ofLibrary, Form form) throws Exception {
        Map<String, byte[]> files = classFiles(ofLibrary);
        failures(files, null).keySet().forEach(files::remove);

        assertThat(failures(files, form)).isEmpty();
        return files;
    }

    /** Why the JVM does not take a class, by its name. */
    private static Map<String, String> failures(Map<String, byte[]> files, @Nullable Form form) {
        Loader loader = new Loader(files, form);
        Map<String, String> failures = new TreeMap<>();
        for (String name : files.keySet()) {
            try {
                // Linked for it, and so verified.
                assertThat(Class.forName(name, false, loader).getDeclaredMethods())
                        .isNotNull();
            } catch (ClassNotFoundException | LinkageError | RuntimeException failure) {
                failures.put(name, failure.toString());
            }
        }
        return failures;
    }

    private static Map<String, byte[]> classFiles(Class<?> ofLibrary) throws IOException, URISyntaxException {
        Map<String, byte[]> files = new HashMap<>();
        Path path = Path.of(
                ofLibrary.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (JarFile jar = new JarFile(path.toFile())) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                String name = entry.getName();
                if (name.endsWith(".class") && !name.startsWith("META-INF/") && !name.endsWith("-info.class")) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        files.put(
                                name.substring(0, name.length() - ".class".length())
                                        .replace('/', '.'),
                                in.readAllBytes());
                    }
                }
            }
        }
        return files;
    }

    private static byte[] woven(byte[] file, Form form) {
        return MethodCode.in(file, (method, code) -> {
            if (method.name().equals("<clinit>")) {
                return code;
            }
            if (method.name().equals("<init>")) {
                return DoorCode.built(method, SITE, code);
            }
            return switch (form) {
                case TOLD -> DoorCode.told(method, SITE, code);
                case HANDED_OUT -> DoorCode.handedOut(method, SITE, code);
                case ENTERED -> DoorCode.entered(method, SITE, code);
            };
        });
    }

    private static byte[] odd() {
        ClassWriter type = new ClassWriter(0);
        type.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "Odd", null, "java/lang/Object", null);
        objectThatIsForgotten(type.visitMethod(0, "<init>", "(Z)V", null, null));
        oneOfTwoConstructors(type.visitMethod(0, "<init>", "(I)V", null, null));
        valueBelowTheReturned(type.visitMethod(0, "leaves", "(I)J", null, null));
        valueBelowNothing(type.visitMethod(0, "leaves", "()V", null, null));
        loopFromTheStart(type.visitMethod(Opcodes.ACC_STATIC, "loops", "(JI)V", null, null));
        argumentsOverwritten(type.visitMethod(Opcodes.ACC_STATIC, "overwrites", "(IJLjava/lang/String;)J", null, null));
        handlerAroundTheReturn(type.visitMethod(0, "handles", "(D)Ljava/lang/String;", null, null));
        type.visitEnd();
        return type.toByteArray();
    }

    private static void objectThatIsForgotten(MethodVisitor code) {
        Label end = new Label();
        code.visitCode();
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
        code.visitVarInsn(Opcodes.ILOAD, 1);
        code.visitJumpInsn(Opcodes.IFEQ, end);
        code.visitInsn(Opcodes.NOP);
        code.visitLabel(end);
        code.visitFrame(Opcodes.F_FULL, 2, new Object[] {Opcodes.TOP, Opcodes.INTEGER}, 0, new Object[0]);
        code.visitInsn(Opcodes.RETURN);
        code.visitMaxs(1, 2);
    }

    /** As Groovy has it, which picks the one above at run time. */
    private static void oneOfTwoConstructors(MethodVisitor code) {
        Label other = new Label();
        Label end = new Label();
        Object[] self = {Opcodes.UNINITIALIZED_THIS};
        code.visitCode();
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitVarInsn(Opcodes.ILOAD, 1);
        code.visitJumpInsn(Opcodes.IFEQ, other);
        code.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
        code.visitJumpInsn(Opcodes.GOTO, end);
        code.visitLabel(other);
        code.visitFrame(Opcodes.F_FULL, 2, new Object[] {Opcodes.UNINITIALIZED_THIS, Opcodes.INTEGER}, 1, self);
        code.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
        code.visitLabel(end);
        code.visitFrame(Opcodes.F_FULL, 2, new Object[] {"Odd", Opcodes.INTEGER}, 0, new Object[0]);
        code.visitInsn(Opcodes.RETURN);
        code.visitMaxs(2, 2);
    }

    private static void valueBelowTheReturned(MethodVisitor code) {
        code.visitCode();
        code.visitInsn(Opcodes.ICONST_1);
        code.visitInsn(Opcodes.LCONST_1);
        code.visitInsn(Opcodes.LRETURN);
        code.visitMaxs(3, 2);
    }

    private static void valueBelowNothing(MethodVisitor code) {
        code.visitCode();
        for (int i = 0; i < 4; i++) {
            code.visitInsn(Opcodes.DCONST_1);
        }
        code.visitInsn(Opcodes.RETURN);
        code.visitMaxs(8, 1);
    }

    private static void loopFromTheStart(MethodVisitor code) {
        Label start = new Label();
        Label end = new Label();
        code.visitCode();
        code.visitLabel(start);
        code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        code.visitVarInsn(Opcodes.ILOAD, 2);
        code.visitJumpInsn(Opcodes.IFEQ, end);
        code.visitJumpInsn(Opcodes.GOTO, start);
        code.visitLabel(end);
        code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
        code.visitInsn(Opcodes.RETURN);
        code.visitMaxs(1, 3);
    }

    private static void argumentsOverwritten(MethodVisitor code) {
        Label end = new Label();
        code.visitCode();
        code.visitVarInsn(Opcodes.LLOAD, 1);
        code.visitVarInsn(Opcodes.LSTORE, 0);
        code.visitVarInsn(Opcodes.ALOAD, 3);
        code.visitJumpInsn(Opcodes.IFNULL, end);
        code.visitInsn(Opcodes.DCONST_0);
        code.visitVarInsn(Opcodes.DSTORE, 2);
        code.visitLabel(end);
        code.visitFrame(Opcodes.F_FULL, 1, new Object[] {Opcodes.LONG}, 0, new Object[0]);
        code.visitVarInsn(Opcodes.LLOAD, 0);
        code.visitInsn(Opcodes.LRETURN);
        code.visitMaxs(2, 4);
    }

    private static void handlerAroundTheReturn(MethodVisitor code) {
        Label start = new Label();
        Label end = new Label();
        code.visitCode();
        code.visitTryCatchBlock(start, end, end, null);
        code.visitLabel(start);
        code.visitLdcInsn("returned");
        code.visitInsn(Opcodes.ARETURN);
        code.visitLabel(end);
        code.visitFrame(
                Opcodes.F_FULL, 2, new Object[] {"Odd", Opcodes.DOUBLE}, 1, new Object[] {"java/lang/Throwable"});
        code.visitMethodInsn(Opcodes.INVOKEVIRTUAL, "java/lang/Throwable", "getMessage", "()Ljava/lang/String;", false);
        code.visitInsn(Opcodes.ARETURN);
        code.visitMaxs(1, 3);
    }

    /** Defines a library's classes anew, woven where a form is given. */
    private static final class Loader extends ClassLoader {
        private final Map<String, byte[]> files;
        private final @Nullable Form form;

        Loader(Map<String, byte[]> files, @Nullable Form form) {
            super(DoorCodeTest.class.getClassLoader());
            this.files = files;
            this.form = form;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                byte[] file = files.get(name);
                Class<?> loaded = findLoadedClass(name);
                if (file == null || loaded != null) {
                    return loaded != null ? loaded : super.loadClass(name, resolve);
                }
                byte[] defined = form == null ? file : woven(file, form);
                return defineClass(name, defined, 0, defined.length);
            }
        }
    }
}
