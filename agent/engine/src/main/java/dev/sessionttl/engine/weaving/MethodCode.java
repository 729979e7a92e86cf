package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.classfile.ClassFiles;
import java.util.HashMap;
import java.util.Map;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/** Changes the code of some of a class's methods; all else of the class stays as it is (law 8). */
@FunctionalInterface
interface MethodCode {
    /** Minor and major version. */
    int VERSION_OFFSET = 4;

    int VERSION_LENGTH = 4;

    /**
     * @param owner the class's internal name
     * @param maxLocals the first slot for local variables that the method leaves free
     */
    record Method(String owner, int access, String name, String descriptor, int maxLocals) {
        boolean isStatic() {
            return (access & Opcodes.ACC_STATIC) != 0;
        }
    }

    /**
     * @param code where the method is written to
     * @return what it is read into: the same, or something before it that changes it
     */
    MethodVisitor changed(Method method, MethodVisitor code);

    /**
     * Frames are handed over in full, as ASM's {@code F_NEW}. The size of the stack and the number of the locals are what
     * the changed code says they are.
     */
    static byte[] in(byte[] classFile, MethodCode change) {
        ClassReader reader = ClassFiles.reader(classFile);
        Map<String, Integer> locals = maxLocals(reader);
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(
                new ClassVisitor(ClassFiles.API, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access,
                            String name,
                            String descriptor,
                            @Nullable String signature,
                            String @Nullable [] exceptions) {
                        MethodVisitor code = super.visitMethod(access, name, descriptor, signature, exceptions);
                        Integer maxLocals = locals.get(name + descriptor);
                        return maxLocals == null
                                ? code
                                : change.changed(
                                        new Method(reader.getClassName(), access, name, descriptor, maxLocals), code);
                    }
                },
                ClassReader.EXPAND_FRAMES);
        byte[] changed = writer.toByteArray();
        // A version that is newer than what ASM reads was read as another.
        System.arraycopy(classFile, VERSION_OFFSET, changed, VERSION_OFFSET, VERSION_LENGTH);
        return changed;
    }

    /** By name and descriptor, of those that have code. */
    private static Map<String, Integer> maxLocals(ClassReader reader) {
        Map<String, Integer> locals = new HashMap<>();
        reader.accept(
                new ClassVisitor(ClassFiles.API) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access,
                            String name,
                            String descriptor,
                            @Nullable String signature,
                            String @Nullable [] exceptions) {
                        return new MethodVisitor(ClassFiles.API) {
                            @Override
                            public void visitMaxs(int maxStack, int maxLocals) {
                                locals.put(name + descriptor, maxLocals);
                            }
                        };
                    }
                },
                ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return locals;
    }
}
