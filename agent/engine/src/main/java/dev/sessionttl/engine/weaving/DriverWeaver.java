package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.report.Log;
import java.util.List;
import java.util.Optional;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import net.bytebuddy.utility.OpenedClassReader;
import org.jspecify.annotations.Nullable;

/**
 * Weaves a call of the door into the beginning of the SQLite driver's methods that {@link DriverSite} is about, and nothing
 * else. Every host with SQLite in it pays for this, so it is done by ASM alone: the advice that serves the config's sites
 * takes Byte Buddy, of twenty times as many classes.
 */
final class DriverWeaver {
    private final WovenMethods methods;
    private final List<DriverSite> sites;

    DriverWeaver(WovenMethods methods, List<DriverSite> sites) {
        this.methods = methods;
        this.sites = sites;
    }

    byte[] weave(@Nullable ClassLoader loader, byte[] classFile) {
        return MethodCode.in(classFile, ClassWriter.COMPUTE_MAXS, (access, name, descriptor, code) -> {
            boolean isNoSite = (access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE | Opcodes.ACC_STATIC)) != 0;
            return isNoSite
                    ? code
                    : siteOf(name, descriptor)
                            .map(site -> told(code, descriptor, number(loader, site, descriptor)))
                            .orElse(code);
        });
    }

    private Optional<DriverSite> siteOf(String name, String descriptor) {
        return sites.stream()
                .filter(site -> site.method().equals(name) && descriptor.endsWith(")V"))
                .findFirst();
    }

    private int number(@Nullable ClassLoader loader, DriverSite site, String descriptor) {
        String name = DriverSite.TYPE.replace('/', '.') + "#" + site.method();
        Log.debug("woven: " + name + " for the SQLite driver");
        return methods.put(loader, name + descriptor, WovenMethod.of(name, List.of(site), null, false));
    }

    /** No branch is added, so that the method's stack map stands. */
    private static MethodVisitor told(MethodVisitor code, String descriptor, int number) {
        return new MethodVisitor(OpenedClassReader.ASM_API, code) {
            @Override
            public void visitCode() {
                super.visitCode();
                visitLdcInsn(number);
                visitVarInsn(Opcodes.ALOAD, 0);
                loadObjects(this, Type.getArgumentTypes(descriptor));
                visitMethodInsn(
                        Opcodes.INVOKESTATIC,
                        "java/lang/SessionTtlDoor",
                        "tell",
                        "(ILjava/lang/Object;[Ljava/lang/Object;)V",
                        false);
            }
        };
    }

    /** An array as long as there are arguments; of those that are no objects, no one wants to know. */
    private static void loadObjects(MethodVisitor code, Type[] arguments) {
        code.visitLdcInsn(arguments.length);
        code.visitTypeInsn(Opcodes.ANEWARRAY, "java/lang/Object");
        int local = 1;
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].getSort() == Type.OBJECT) {
                code.visitInsn(Opcodes.DUP);
                code.visitLdcInsn(i);
                code.visitVarInsn(Opcodes.ALOAD, local);
                code.visitInsn(Opcodes.AASTORE);
            }
            local += arguments[i].getSize();
        }
    }
}
