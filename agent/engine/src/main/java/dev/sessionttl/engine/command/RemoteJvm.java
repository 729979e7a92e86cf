package dev.sessionttl.engine.command;

import dev.sessionttl.engine.report.Log;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Another JVM of this machine, over the JDK's attach API. That is called by reflection: it lies in a module that not every
 * runtime has, and that the engine's loader does not see.
 */
final class RemoteJvm implements AutoCloseable {
    private static final String API = "com.sun.tools.attach.VirtualMachine";
    private static final Path PROCESSES = Path.of("/proc");

    private final Class<?> api;
    private final Object machine;
    private final long pid;

    private RemoteJvm(Class<?> api, Object machine, long pid) {
        this.api = api;
        this.machine = machine;
        this.pid = pid;
    }

    static RemoteJvm of(long pid) throws CommandException {
        Class<?> api = api();
        requireJvm(pid);
        Object machine = call(
                api, null, "attach", "process " + pid + " does not let itself be attached to", String.valueOf(pid));
        return new RemoteJvm(api, machine, pid);
    }

    private static Class<?> api() throws CommandException {
        requireModule("jdk.attach");
        try {
            return Class.forName(API, true, ClassLoader.getSystemClassLoader());
        } catch (ClassNotFoundException otherApi) {
            throw new CommandException("this JDK has another attach API than " + API, otherApi);
        }
    }

    /** @throws CommandException where this Java runtime was linked without it */
    static void requireModule(String name) throws CommandException {
        if (ModuleLayer.boot().findModule(name).isEmpty()) {
            throw new CommandException("the Java runtime in " + System.getProperty("java.home") + " lacks the module "
                    + name + "; run this command with the java of a JDK");
        }
    }

    /**
     * To attach sends the process a SIGQUIT first. A JVM expects it; it ends most other programs, and JDK 17 does not look.
     */
    private static void requireJvm(long pid) throws CommandException {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isEmpty() || !process.get().isAlive()) {
            throw new CommandException("there is no process " + pid + "; jps -l lists the JVMs of this machine");
        }
        if (process.get().equals(ProcessHandle.current())) {
            throw new CommandException("process " + pid + " is this command itself");
        }
        Path maps = PROCESSES.resolve(Path.of(String.valueOf(pid), "maps"));
        if (!Files.exists(maps)) {
            return;
        }
        try (Stream<String> lines = Files.lines(maps, StandardCharsets.ISO_8859_1)) {
            if (lines.noneMatch(line -> line.contains("/libjvm.so"))) {
                throw new CommandException("process " + pid + " is no JVM"
                        + process.get()
                                .info()
                                .command()
                                .map(command -> ", but " + command)
                                .orElse("")
                        + "; jps -l lists the JVMs of this machine");
            }
        } catch (IOException unreadable) {
            throw new CommandException(
                    "process " + pid + " belongs to another user"
                            + process.get()
                                    .info()
                                    .user()
                                    .map(user -> ", " + user)
                                    .orElse("")
                            + ": run this command as that one",
                    unreadable);
        }
    }

    /** Loads the agent; returns when its {@code agentmain} has. */
    void load(Path agentJar, String argument) throws CommandException {
        call(
                api,
                machine,
                "loadAgent",
                "process " + pid + " does not load " + agentJar + ", which its user has to be able to read there",
                agentJar.toString(),
                argument);
    }

    Properties systemProperties() throws CommandException {
        return (Properties) call(api, machine, "getSystemProperties", "process " + pid + " does not answer");
    }

    /** Where its MBeans can be reached from this machine by its own user; it begins to serve them there if it did not yet. */
    String managementAddress() throws CommandException {
        return (String)
                call(api, machine, "startLocalManagementAgent", "process " + pid + " does not let its MBeans be read");
    }

    @Override
    public void close() throws CommandException {
        Object unused = call(api, machine, "detach", "process " + pid + " cannot be let go");
    }

    private static Object call(
            Class<?> api, @Nullable Object machine, String method, String ifItFails, String... arguments)
            throws CommandException {
        Class<?>[] types = new Class<?>[arguments.length];
        Arrays.fill(types, String.class);
        try {
            return api.getMethod(method, types).invoke(machine, (Object[]) arguments);
        } catch (InvocationTargetException failure) {
            throw new CommandException(ifItFails + ": " + Log.inWords(failure.getTargetException()), failure);
        } catch (ReflectiveOperationException otherApi) {
            throw new CommandException("this JDK has another attach API than " + API + ": " + otherApi, otherApi);
        }
    }
}
