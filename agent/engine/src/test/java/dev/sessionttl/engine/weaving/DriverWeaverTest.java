package dev.sessionttl.engine.weaving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.classfile.ClassFiles;
import dev.sessionttl.engine.weaving.DriverSite.Report;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.Test;

/** Which methods of a driver are woven, and that the JVM takes what comes of it; what they tell, real drivers show. */
class DriverWeaverTest {
    private static final Report NOTHING = (driver, arguments) -> {};
    private static final List<DriverSite> SITES =
            List.of(new DriverSite("open", NOTHING), new DriverSite("close", NOTHING));

    /** As drivers have had it, with what is not to be taken for one of the two. */
    abstract static class Driver {
        final StringBuilder done = new StringBuilder();

        void open(String name, int flags) {
            done.append("opens ").append(name).append(flags);
        }

        void open(long count, Object connection, String name, double share) {
            done.append(count).append(name).append(share);
        }

        void close() {
            done.append(" closes");
        }

        int close(int code) {
            return code;
        }

        abstract void open(int handle);

        static void execute(String sql) {}
    }

    /** Defines what was woven as a class of its own, which the JVM verifies. */
    private static final class Defining extends ClassLoader {
        Class<?> define(byte[] classFile) {
            return defineClass(null, classFile, 0, classFile.length);
        }
    }

    private final WovenMethods methods = new WovenMethods();
    private final byte[] woven = new DriverWeaver(methods, SITES).weave(null, classFile());

    @Test
    void whatOpensAndClosesIsWovenAndNothingElse() {
        assertThat(Arrays.asList(
                        methods.get(0).name(),
                        methods.get(1).name(),
                        methods.get(2).name()))
                .containsExactly("org.sqlite.core.DB#open", "org.sqlite.core.DB#open", "org.sqlite.core.DB#close");
        assertThat(callsOfTheDoor()).containsExactly("open", "open", "close");
    }

    @Test
    void theJvmTakesItAndTheDriversOwnCodeStands() throws ReflectiveOperationException {
        Class<?> type = new Defining().define(woven);

        // Linked, and so verified, with all that its methods hold.
        assertThat(Class.forName(type.getName(), true, type.getClassLoader())).isEqualTo(type);
        assertThat(type.getDeclaredMethods()).hasSameSizeAs(Driver.class.getDeclaredMethods());
    }

    @Test
    void aClassThatIsWovenAgainKeepsItsNumbers() {
        byte[] again = new DriverWeaver(methods, SITES).weave(null, classFile());

        assertThat(again).isEqualTo(woven);
    }

    private List<String> callsOfTheDoor() {
        List<String> from = new ArrayList<>();
        new ClassReader(woven)
                .accept(
                        new ClassVisitor(ClassFiles.API) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String descriptor, String signature, String[] thrown) {
                                return new MethodVisitor(ClassFiles.API) {
                                    @Override
                                    public void visitMethodInsn(
                                            int opcode, String owner, String called, String of, boolean isInterface) {
                                        if (owner.equals("java/lang/SessionTtlDoor")) {
                                            assertThat(opcode).isEqualTo(Opcodes.INVOKESTATIC);
                                            from.add(name);
                                        }
                                    }
                                };
                            }
                        },
                        ClassReader.SKIP_FRAMES);
        return from;
    }

    private static byte[] classFile() {
        try (InputStream in = DriverWeaverTest.class.getResourceAsStream("DriverWeaverTest$Driver.class")) {
            return in.readAllBytes();
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
