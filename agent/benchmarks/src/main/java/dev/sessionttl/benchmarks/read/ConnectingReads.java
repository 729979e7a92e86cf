package dev.sessionttl.benchmarks.read;

import dev.sessionttl.benchmarks.host.CheckedSessionStore;
import dev.sessionttl.benchmarks.host.KeptConnection;
import dev.sessionttl.benchmarks.host.SessionStore;
import java.sql.SQLException;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A host that opens a connection for each call. */
@State(Scope.Thread)
public class ConnectingReads {
    private final SessionStore.Connections anew = new SessionStore.Connections() {
        @Override
        public <T> T with(SessionStore.Use<T> use) throws SQLException {
            try (KeptConnection once = KeptConnection.to(Keys.url())) {
                return once.with(use);
            }
        }
    };
    private final SessionStore store = new SessionStore(anew);
    private final CheckedSessionStore checked = new CheckedSessionStore(anew);
    private final Keys keys = new Keys();

    @Setup
    public void proveTheVariant() throws SQLException {
        try (KeptConnection once = KeptConnection.to(Keys.url())) {
            Keys.proveTheVariant(once, () -> store.find("expired").isPresent());
        }
    }

    @Benchmark
    public Optional<String> plain() throws SQLException {
        return store.find(keys.next());
    }

    @Benchmark
    public Optional<String> checkedByHand() throws SQLException {
        return checked.find(keys.next());
    }
}
