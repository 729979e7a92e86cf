package dev.sessionttl.engine.discover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SqlTest {
    @Test
    void aSelectTellsItsTableItsColumnsAndWhatRowsAreFoundBy() {
        Sql.Statement select = only(
                "SELECT s.agent_id, s.\"session_id\" AS sid, max(x) FROM public.agent_sessions s"
                        + " LEFT JOIN t ON t.a = s.b WHERE s.agent_id = ? AND age > ? AND CAST(? AS uuid) = 3 AND kind = :kind ORDER BY x");

        assertThat(select.kind()).isEqualTo(Sql.Kind.SELECT);
        assertThat(select.table()).isEqualTo("agent_sessions");
        assertThat(select.columns()).containsExactly("agent_id", "session_id", "");
        assertThat(select.where())
                .extracting(
                        Sql.Condition::column,
                        each -> each.parameter().ordinal(),
                        each -> each.parameter().name())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("agent_id", 1, ""),
                        org.assertj.core.groups.Tuple.tuple("kind", 0, "kind"));
    }

    @Test
    void theWholeRowIsSelectedByAStarAnAliasAndByNothing() {
        assertThat(only("select * from a where b = ?").selectsAll()).isTrue();
        assertThat(only("select c from Conversation c where c.ticket = ?1").selectsAll())
                .isTrue();
        assertThat(only("from Conversation where ticket = :ticket").selectsAll())
                .isTrue();
        assertThat(only("select c.sessionId from Conversation c").selectsAll()).isFalse();
    }

    @Test
    void aScriptTellsTablesWithTheirKeys() {
        List<Sql.Statement> script = Sql.in("""
                -- sessions; of agents
                CREATE TABLE IF NOT EXISTS `chat` (
                  id BIGSERIAL PRIMARY KEY, /* a number; */
                  channel VARCHAR(20) NOT NULL DEFAULT 'a, b', session_id TEXT,
                  UNIQUE (channel, session_id)
                );
                INSERT INTO chat (channel, session_id) VALUES (?, ?);
                CREATE TABLE pair (a TEXT, b TEXT, PRIMARY KEY (a, b));
                """);

        assertThat(script).extracting(Sql.Statement::table).containsExactly("chat", "chat", "pair");
        assertThat(script.get(0).uniques()).containsExactly(List.of("id"), List.of("channel", "session_id"));
        assertThat(script.get(0).declared()).extracting(Sql.Column::isNotNull).containsExactly(true, true, false);
        assertThat(script.get(1).columns()).containsExactly("channel", "session_id");
        assertThat(script.get(2).uniques()).containsExactly(List.of("a", "b"));
    }

    @Test
    void whatWasSetIsToldFromWhatRowsAreFoundBy() {
        Sql.Statement update =
                only("UPDATE agent_sessions SET session_id = ?, last_used_at = now() WHERE agent_id = ?");

        assertThat(update.columns()).containsExactly("session_id", "last_used_at");
        assertThat(update.where())
                .extracting(each -> each.parameter().ordinal())
                .containsExactly(2);
    }

    @Test
    void aTextThatIsNoStatementIsNone() {
        assertThat(Sql.isLikely("selected conversations are resumed")).isFalse();
        assertThat(Sql.in("select one of the above")).isEmpty();
        assertThat(Sql.in("with love from")).isEmpty();
        assertThat(Sql.isLikely("update")).isFalse();
    }

    @Test
    void aTextOfAnyLengthIsSurvived() {
        String quotes = "SELECT a FROM t WHERE b = '" + "''".repeat(50_000) + "' AND c = ?";
        String comments = "-- x\n".repeat(20_000) + "SELECT a FROM t WHERE b = ?";

        assertThat(Sql.in(quotes)).hasSize(1);
        assertThat(Sql.in(comments)).hasSize(1);
        assertThat(Sql.isLikely(comments)).isFalse();
    }

    private static Sql.Statement only(String text) {
        assertThat(Sql.isLikely(text)).isTrue();
        List<Sql.Statement> all = Sql.in(text);
        assertThat(all).hasSize(1);
        return all.get(0);
    }
}
