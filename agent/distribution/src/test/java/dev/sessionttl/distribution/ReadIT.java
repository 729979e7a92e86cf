package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** A host that reads session ids from its table, with the real jar. */
class ReadIT {
    private static final String STORE = """
            package com.acme;

            import java.sql.*;
            import java.util.*;

            public class SessionStore {
                public static void main(String[] args) throws Exception {
                    for (String agent : args) {
                        System.out.println(agent + "=" + new SessionStore().find(agent));
                    }
                }

                public Optional<String> find(String agentId) throws SQLException {
                    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:data/orchestrator.db");
                            PreparedStatement select = connection.prepareStatement(
                                    "SELECT session_id FROM agent_sessions WHERE agent_id = ?")) {
                        select.setString(1, agentId);
                        ResultSet result = select.executeQuery();
                        return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
                    }
                }
            }
            """;

    private static final String CONFIG = """
            {
              "sessionTtl": {
                "store": { "url": "jdbc:sqlite:data/orchestrator.db", "sweepBudgetMs": 0 },
                "reads": [ { "at": "com.acme.SessionStore#find(String)", "key": "arg0" } ]
              }
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void aSessionOlderThanTheMaxAgeIsAbsentAndItsRowIsGone(Jdk jdk) {
        Database database = Database.in(folder)
                .withSession("old", "stale-id", Duration.ofHours(25))
                .withSession("young", "live-id", Duration.ofHours(1));

        Host.Run run = Host.of(folder, STORE)
                .withSqlite()
                .withConfig(CONFIG)
                .withArguments("old", "young", "none")
                .run(jdk)
                .succeeded();

        assertThat(run.out()).isEqualTo("old=Optional.empty\nyoung=Optional[live-id]\nnone=Optional.empty\n");
        assertThat(database.sessionIds()).containsExactly("live-id");
    }
}
