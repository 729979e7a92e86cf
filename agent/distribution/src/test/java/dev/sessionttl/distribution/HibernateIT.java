package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The getter of an entity is a read site; what Hibernate itself reads and writes is the host's own. */
class HibernateIT {
    private static final List<Path> LIBRARIES = Host.librariesNamed(
            "hibernate-",
            "jakarta.",
            "jboss-logging",
            "byte-buddy",
            "jaxb-",
            "angus-activation",
            "txw2",
            "istack",
            "antlr4-runtime");

    private static final String STORED = """
            package com.acme;

            public interface Stored {
                String getSessionId();
                void setSessionId(String sessionId);
                void setLastUsedAt(long lastUsedAt);
            }
            """;

    /** Where the annotations stand is how Hibernate reads the state: from the field, or through the getter. */
    private static final String ENTITY = """
            package com.acme;

            import jakarta.persistence.*;

            @Entity
            @Table(name = "%1$s")
            public class %2$s implements Stored {
                %3$s @Id @Column(name = "agent_id") %4$s
                private String agentId;
                %3$s @Column(name = "session_id") %4$s
                private String sessionId;
                %3$s @Column(name = "last_used_at") %4$s
                private long lastUsedAt;

                %5$s @Id @Column(name = "agent_id") %6$s
                public String getAgentId() { return agentId; }
                public void setAgentId(String agentId) { this.agentId = agentId; }
                %5$s @Column(name = "session_id") %6$s
                public String getSessionId() { return sessionId; }
                public void setSessionId(String sessionId) { this.sessionId = sessionId; }
                %5$s @Column(name = "last_used_at") %6$s
                public long getLastUsedAt() { return lastUsedAt; }
                public void setLastUsedAt(long lastUsedAt) { this.lastUsedAt = lastUsedAt; }
            }
            """;

    private static final String BY_FIELD = ENTITY.formatted("agent_sessions", "ByField", "", "", "/*", "*/");
    private static final String BY_GETTER = ENTITY.formatted("agent_sessions", "ByGetter", "/*", "*/", "", "");

    private static final String HOST = """
            package com.acme;

            import org.hibernate.*;
            import org.hibernate.cfg.Configuration;

            public class Orchestrator {
                public static void main(String[] args) throws Exception {
                    Configuration configuration = new Configuration().addAnnotatedClass(ByField.class).addAnnotatedClass(ByGetter.class);
                    configuration.setProperty("hibernate.connection.url", "jdbc:sqlite:data/orchestrator.db");
                    configuration.setProperty("hibernate.dialect", "org.hibernate.community.dialect.SQLiteDialect");
                    try (SessionFactory factory = configuration.buildSessionFactory()) {
                        // Only now: the sweep at the start is to find nothing.
                        factory.inTransaction(session -> session.createNativeMutationQuery(
                                "UPDATE agent_sessions SET last_used_at = last_used_at - 90000000 WHERE agent_id NOT LIKE '%live'").executeUpdate());
                        turns(factory, ByField.class);
                        turns(factory, ByGetter.class);
                    }
                    System.out.println("done");
                    System.in.read();
                }

                static <T extends Stored> void turns(SessionFactory factory, Class<T> type) {
                    String of = type.getSimpleName() + " ";
                    System.out.println(of + "live " + factory.fromSession(session -> session.find(type, of + "live").getSessionId()));

                    // A turn that only looks: whatever Hibernate compares and flushes, no null is among it.
                    factory.inTransaction(session -> {
                        T looked = session.find(type, of + "looked-at");
                        System.out.println(of + "looked-at " + looked.getSessionId() + " " + looked.getSessionId());
                        session.flush();
                        System.out.println(of + "dirty " + session.isDirty());
                    });

                    // A turn that touches the row before it asks: Hibernate then reads the whole state to write it.
                    factory.inTransaction(session -> {
                        T touched = session.find(type, of + "touched");
                        touched.setLastUsedAt(System.currentTimeMillis());
                        session.flush();
                    });

                    // A turn that finds none, starts afresh, and stores what it got.
                    factory.inTransaction(session -> {
                        T renewed = session.find(type, of + "renewed");
                        System.out.println(of + "renewed " + renewed.getSessionId());
                        renewed.setSessionId(of + "new-id");
                        renewed.setLastUsedAt(System.currentTimeMillis());
                    });
                    System.out.println(of + "renewed " + factory.fromTransaction(session -> session.find(type, of + "renewed").getSessionId()));

                    // Through one of Hibernate's proxies it is the host that asks.
                    factory.inTransaction(session -> {
                        T proxy = session.getReference(type, of + "proxied");
                        System.out.println(of + "proxied " + (proxy.getClass() != type) + " " + proxy.getSessionId());
                    });

                    // Merging reads all of a detached entity.
                    T detached = factory.fromSession(session -> session.find(type, of + "merged"));
                    factory.inTransaction(session -> session.merge(detached));
                }
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void theHostGetsNoneAndHibernateTheStateWhetherItReadsFieldsOrGetters(Jdk jdk) {
        Database database = database();

        Host.Running running = host(jdk)
                .withConfig(AgentsJson.ofTable()
                        .withHttp()
                        .withStore("\"expire\": \"clear-session-id\"")
                        .withRead("com.acme.By*#getSessionId()", "sessionId", "return")
                        .toString())
                .start(jdk)
                .awaitOut("done");
        Metrics metrics = running.metrics();
        Host.Run run = running.waitFor().succeeded();

        List<String> said = new ArrayList<>();
        List<String> rows = new ArrayList<>();
        for (String of : List.of("ByField ", "ByGetter ")) {
            said.addAll(List.of(
                    of + "live " + of + "live-id",
                    of + "looked-at null null",
                    of + "dirty false",
                    of + "renewed null",
                    of + "renewed " + of + "new-id",
                    of + "proxied true null"));
            rows.addAll(List.of(
                    of + "live: " + of + "live-id",
                    of + "looked-at: " + of + "looked-at-id",
                    of + "merged: " + of + "merged-id",
                    of + "proxied: " + of + "proxied-id",
                    of + "renewed: " + of + "new-id",
                    of + "touched: " + of + "touched-id"));
        }
        said.add("done");
        assertThat(run.out().lines()).containsExactlyElementsOf(said);
        assertThat(database.query(
                        "SELECT agent_id || ': ' || coalesce(session_id, '-') FROM agent_sessions ORDER BY 1"))
                .containsExactlyElementsOf(rows);
        assertThat(metrics.failedOpen()).isZero();
    }

    /** Nothing is dropped at such a read; but a refused resume drops the row, and Hibernate would not expect that. */
    @Test
    void whereRowsAreDeletedTheLogSaysWhatAHostWithEntitiesWants() {
        database();

        Host.Run run = host(Jdk.current())
                .withConfig(AgentsJson.ofTable()
                        .withSweep()
                        .withRead("com.acme.By*#getSessionId()", "sessionId", "return")
                        .toString())
                .run(Jdk.current())
                .succeeded();

        assertThat(run.out()).contains("ByField renewed null", "ByField renewed ByField new-id");
        assertThat(run.agentLines())
                .anyMatch(line -> line.contains("com.acme.ByField is a JPA entity")
                        && line.contains("\"expire\": \"clear-session-id\""));
    }

    /** In WAL mode, where a commit of anybody else's would fail a transaction that has read and means to write. */
    private Database database() {
        Database database = Database.in(folder, "PRAGMA journal_mode=WAL")
                .execute("DROP TABLE agent_sessions")
                .execute(
                        "CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT, last_used_at INTEGER)");
        for (String of : List.of("ByField ", "ByGetter ")) {
            database.withSession(of + "live", of + "live-id", Duration.ofHours(1));
            for (String agent : List.of("looked-at", "touched", "renewed", "proxied", "merged")) {
                database.withSession(of + agent, of + agent + "-id", Duration.ofHours(1));
            }
        }
        return database;
    }

    private Host host(Jdk jdk) {
        return Host.of(folder, LIBRARIES, HOST, STORED, BY_FIELD, BY_GETTER)
                .withSqlite()
                .withJvmOptions(jdk.nativeAccess());
    }
}
