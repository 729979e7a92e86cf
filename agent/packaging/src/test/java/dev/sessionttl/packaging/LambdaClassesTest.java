package dev.sessionttl.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LambdaClassesTest {
    @TempDir
    Path folder;

    private Path classes;

    @BeforeEach
    void compiledClassesAreThere() throws Exception {
        Path compiled =
                Path.of(Lambdas.class.getResource("Lambdas.class").toURI()).getParent();
        classes = Files.createDirectories(folder.resolve("dev/sessionttl/packaging"));
        try (Stream<Path> files = Files.list(compiled)) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().matches("(Lambdas|Greeting)[$.].*")) {
                    Files.copy(file, classes.resolve(file.getFileName()));
                }
            }
        }
    }

    @Test
    void whatTheyDoStaysTheSame() throws Exception {
        LambdaClasses.main(new String[] {folder.toString()});

        assertThat(called()).isEqualTo(new Lambdas().call());
    }

    @Test
    void onlyThoseThatCanBeSerializedAreLeftToTheJdk() throws Exception {
        Map<String, Integer> before = lambdas();
        LambdaClasses.main(new String[] {folder.toString()});

        assertThat(before.values().stream().mapToInt(Integer::intValue).sum()).isGreaterThanOrEqualTo(30);
        // The one that is evaluated, and what would read it again.
        assertThat(lambdas()).isEqualTo(Map.of("Lambdas.class", 2));
    }

    @Test
    void theSecondTimeNothingIsLeftToDo() throws Exception {
        LambdaClasses.main(new String[] {folder.toString()});
        Map<String, String> once = files();
        LambdaClasses.main(new String[] {folder.toString()});

        assertThat(files()).isEqualTo(once);
    }

    /** Libraries refer to others that need not be there. */
    @Test
    void anInterfaceThatIsMissingIsMissedOnlyWhereItIsUsed() throws Exception {
        LambdaClasses.main(new String[] {folder.toString()});
        Files.delete(classes.resolve("Lambdas$Missing.class"));

        try (URLClassLoader loader = loader()) {
            assertThatCode(() -> Class.forName(Lambdas.class.getName() + "$Tolerant", true, loader))
                    .doesNotThrowAnyException();
        }
    }

    /** From the folder alone, as the loader of a JVM that has the classes nowhere else. */
    private URLClassLoader loader() throws IOException {
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
    }

    private Object called() throws Exception {
        try (URLClassLoader loader = loader()) {
            var constructor = loader.loadClass(Lambdas.class.getName()).getDeclaredConstructor();
            constructor.setAccessible(true);
            return ((Callable<?>) constructor.newInstance()).call();
        }
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (Path file : listed()) {
            files.put(file.getFileName().toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
        }
        return files;
    }

    private List<Path> listed() throws IOException {
        try (Stream<Path> files = Files.list(classes)) {
            return files.toList();
        }
    }

    /** How often each class file asks the JDK for a lambda. */
    private Map<String, Integer> lambdas() throws IOException {
        Map<String, Integer> lambdas = new TreeMap<>();
        for (Path file : listed()) {
            new ClassReader(Files.readAllBytes(file))
                    .accept(
                            new ClassVisitor(Opcodes.ASM9) {
                                @Override
                                public MethodVisitor visitMethod(
                                        int access,
                                        String name,
                                        String descriptor,
                                        String signature,
                                        String[] exceptions) {
                                    return new MethodVisitor(Opcodes.ASM9) {
                                        @Override
                                        public void visitInvokeDynamicInsn(
                                                String method, String factory, Handle bootstrap, Object... arguments) {
                                            if (bootstrap.getOwner().equals("java/lang/invoke/LambdaMetafactory")) {
                                                lambdas.merge(file.getFileName().toString(), 1, Integer::sum);
                                            }
                                        }
                                    };
                                }
                            },
                            0);
        }
        return lambdas;
    }
}
