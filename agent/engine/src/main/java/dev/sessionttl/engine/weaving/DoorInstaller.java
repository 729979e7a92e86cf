package dev.sessionttl.engine.weaving;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.Set;

/**
 * Puts the door into {@code java.lang}. Appending a jar to the bootstrap search path would do as well, but cost the host
 * its shared class archive and print a warning (law 5); so the package is opened to the engine's own unnamed module,
 * which holds nothing of the host's, and the one class is defined there.
 */
final class DoorInstaller {
    private static final String DOOR = "java.lang.SessionTtlDoor";
    private static final String STORED_AS = "/SessionTtlDoor.classdata";

    private DoorInstaller() {}

    /** Whether a door is there already: an agent that is attached twice stays one. */
    static boolean isInstalled() {
        try {
            Class.forName(DOOR, false, null);
            return true;
        } catch (ClassNotFoundException notYet) {
            return false;
        }
    }

    /** @return false where another agent's door came first, if only by a moment */
    static boolean install(Instrumentation instrumentation) throws IOException, IllegalAccessException {
        instrumentation.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of(),
                Map.of("java.lang", Set.of(DoorInstaller.class.getModule())),
                Set.of(),
                Map.of());
        try (InputStream in = DoorInstaller.class.getResourceAsStream(STORED_AS)) {
            if (in == null) {
                throw new IOException("the agent's jar is incomplete: " + STORED_AS + " is missing");
            }
            MethodHandles.privateLookupIn(Object.class, MethodHandles.lookup()).defineClass(in.readAllBytes());
            return true;
        } catch (LinkageError notDefined) {
            if (isInstalled()) {
                return false;
            }
            throw notDefined;
        }
    }
}
