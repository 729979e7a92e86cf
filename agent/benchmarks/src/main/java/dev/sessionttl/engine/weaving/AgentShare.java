package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.SyntaxException;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.expiry.LastUsed;
import dev.sessionttl.engine.expiry.MaxSessionAge;
import dev.sessionttl.engine.expiry.SessionRow;
import dev.sessionttl.engine.expiry.SessionTable;
import dev.sessionttl.engine.expiry.Sessions;
import dev.sessionttl.engine.metrics.Tally;
import dev.sessionttl.engine.resume.Resumes;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The agent's own share of a read: the door, the value path, the decision on a table in memory. The one measurement that
 * knows the engine's classes, and so it stands in their package; the calls are those that are woven in.
 */
@State(Scope.Thread)
public class AgentShare {
    private static final long DAY_MILLIS = 86_400_000;

    private final Object host = new Object();
    private final Optional<String> found = Optional.of("session-1");
    private String key = "agent-1";

    @Setup
    public void openTheDoor() throws SyntaxException {
        Sessions sessions = new Sessions(
                new InMemory(),
                new MaxSessionAge(DAY_MILLIS, InstantSource.system()),
                System::nanoTime,
                new Tally(),
                (what, work) -> {},
                false,
                () -> "");
        ReadSite site = new ReadSite(
                "reads[0]",
                List.of(ValuePath.parse("arg0")),
                Optional.empty(),
                ValuePath.parse("return.sessionId"),
                Optional.empty(),
                false,
                false,
                new None());
        WovenMethods methods = new WovenMethods();
        int unused = methods.put(null, "find", WovenMethod.of("find", List.of(site), "java.util.Optional", false));
        EngineDoor.open(methods, sessions, new Resumes(sessions, new Tally()), new Tally());
    }

    @Benchmark
    public @Nullable Object read() {
        Object entered = SessionTtlDoor.enter(0, host, new Object[] {key});
        return entered instanceof Object[] instead ? instead : SessionTtlDoor.exit(found, 0, entered);
    }

    /** What the code that is woven in makes before it reaches the door. */
    @Benchmark
    public Object[] arguments() {
        return new Object[] {key};
    }

    /** One live session, whatever is asked for. */
    private static final class InMemory implements SessionTable {
        private final Map<List<?>, List<SessionRow>> rows;

        InMemory() {
            long now = System.currentTimeMillis();
            rows = Map.of(
                    List.of("agent-1"),
                    List.of(new SessionRow(List.of("agent-1"), "session-1", new LastUsed(now, OptionalLong.of(now)))));
        }

        @Override
        public List<SessionRow> findByKey(List<?> key) {
            return rows.getOrDefault(key, List.of());
        }

        @Override
        public List<SessionRow> findBySessionId(String sessionId, List<?> key) {
            return List.of();
        }

        @Override
        public boolean dropIfUntouched(SessionRow seen) {
            return false;
        }

        @Override
        public boolean dropSession(SessionRow seen) {
            return false;
        }
    }

    /** Never asked for: the session lives. */
    private static final class None implements Absent {
        @Override
        public Object @Nullable [] beforehand() {
            return null;
        }

        @Override
        public Object @Nullable [] inPlaceOf(Object returned) {
            return null;
        }
    }
}
