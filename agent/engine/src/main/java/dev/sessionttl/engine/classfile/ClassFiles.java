package dev.sessionttl.engine.classfile;

import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.Opcodes;

/** How class files are read here. */
public final class ClassFiles {
    /** Of ASM. */
    public static final int API = Opcodes.ASM9;

    /** The newest that ASM reads; what is newer is tried as if it were this. */
    private static final int NEWEST_MAJOR_VERSION = Opcodes.V27;

    private static final int MAJOR_VERSION_OFFSET = 6;
    private static final int MAGIC = 0xCAFEBABE;
    private static final int SMALLEST = 24;

    private ClassFiles() {}

    /** @throws IllegalArgumentException where the bytes do not begin like a class file; broken ones may throw anything later */
    public static ClassReader reader(byte[] classFile) {
        if (classFile.length < SMALLEST || magicOf(classFile) != MAGIC) {
            throw new IllegalArgumentException("it does not begin like a class file");
        }
        if (majorVersionOf(classFile) <= NEWEST_MAJOR_VERSION) {
            return new ClassReader(classFile);
        }
        byte[] older = classFile.clone();
        older[MAJOR_VERSION_OFFSET] = 0;
        older[MAJOR_VERSION_OFFSET + 1] = (byte) NEWEST_MAJOR_VERSION;
        return new ClassReader(older);
    }

    private static int majorVersionOf(byte[] classFile) {
        return ((classFile[MAJOR_VERSION_OFFSET] & 0xFF) << 8) | (classFile[MAJOR_VERSION_OFFSET + 1] & 0xFF);
    }

    private static int magicOf(byte[] bytes) {
        return (bytes[0] << 24) | ((bytes[1] & 0xFF) << 16) | ((bytes[2] & 0xFF) << 8) | (bytes[3] & 0xFF);
    }
}
