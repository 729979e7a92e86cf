package dev.sessionttl.benchmarks.read;

import dev.sessionttl.benchmarks.host.KeptConnection;
import dev.sessionttl.benchmarks.host.SessionRow;
import dev.sessionttl.benchmarks.host.SessionStore;
import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A getter that is called all the time, of a session that lives. */
// JMH opens before all else.
@SuppressWarnings("NullAway.Init")
@State(Scope.Thread)
public class Getter {
    private KeptConnection kept;
    private SessionRow row;

    @Setup
    public void open() throws SQLException {
        kept = KeptConnection.to(Keys.url());
        row = new SessionRow(new SessionStore(kept).find(Keys.key(0)).orElseThrow());
        Keys.proveTheVariant(kept, () -> new SessionRow("expired-id").getSessionId() != null);
    }

    @TearDown
    public void close() throws SQLException {
        kept.close();
    }

    @Benchmark
    public String plain() {
        return row.getSessionId();
    }
}
