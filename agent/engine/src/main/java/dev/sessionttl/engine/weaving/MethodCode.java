package dev.sessionttl.engine.weaving;

import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.utility.OpenedClassReader;
import org.jspecify.annotations.Nullable;

/** Changes the code of some of a class's methods; all else of the class stays as it is (law 8). */
@FunctionalInterface
interface MethodCode {
    /**
     * @param code where the method is written to
     * @return what it is read into: the same, or something before it that changes it
     */
    MethodVisitor changed(int access, String name, String descriptor, MethodVisitor code);

    /** @param writerFlags as ASM's {@link ClassWriter} has them */
    static byte[] in(byte[] classFile, int writerFlags, MethodCode change) {
        ClassReader reader = OpenedClassReader.of(classFile);
        ClassWriter writer = new ClassWriter(reader, writerFlags);
        reader.accept(
                new ClassVisitor(OpenedClassReader.ASM_API, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access,
                            String name,
                            String descriptor,
                            @Nullable String signature,
                            String @Nullable [] exceptions) {
                        MethodVisitor code = super.visitMethod(access, name, descriptor, signature, exceptions);
                        return change.changed(access, name, descriptor, code);
                    }
                },
                0);
        return writer.toByteArray();
    }
}
