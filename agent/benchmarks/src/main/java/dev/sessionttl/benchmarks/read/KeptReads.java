package dev.sessionttl.benchmarks.read;

import dev.sessionttl.benchmarks.host.CheckedSessionStore;
import dev.sessionttl.benchmarks.host.KeptConnection;
import dev.sessionttl.benchmarks.host.SessionStore;
import dev.sessionttl.benchmarks.host.TtlCheck;
import java.sql.SQLException;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A host that keeps its connection and prepares a statement for each call. */
// JMH opens before all else.
@SuppressWarnings("NullAway.Init")
@State(Scope.Thread)
public class KeptReads {
    private KeptConnection kept;
    private SessionStore store;
    private CheckedSessionStore checked;
    private final Keys keys = new Keys();

    @Setup
    public void open() throws SQLException {
        kept = KeptConnection.to(Keys.url());
        store = new SessionStore(kept);
        checked = new CheckedSessionStore(kept);
        Keys.proveTheVariant(kept, () -> store.find("expired").isPresent());
    }

    @TearDown
    public void close() throws SQLException {
        kept.close();
    }

    @Benchmark
    public Optional<String> plain() throws SQLException {
        return store.find(keys.next());
    }

    @Benchmark
    public Optional<String> checkedByHand() throws SQLException {
        return checked.find(keys.next());
    }

    @Benchmark
    public Optional<String> checkedByAnotherSelect() throws SQLException {
        String key = keys.next();
        return TtlCheck.expires(kept.connection(), key) ? Optional.empty() : store.find(key);
    }
}
