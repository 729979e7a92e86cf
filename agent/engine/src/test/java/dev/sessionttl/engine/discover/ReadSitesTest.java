package dev.sessionttl.engine.discover;

import static dev.sessionttl.engine.discover.Compiled.PERSISTENCE;
import static dev.sessionttl.engine.discover.Compiled.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.discover.Finding.Kind;
import dev.sessionttl.engine.store.DatabaseSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadSitesTest {
    private static final String URL =
            "static final String URL = System.getProperty(\"db\", \"jdbc:sqlite:data/a.db\");";

    @TempDir
    Path folder;

    @Test
    void theMethodWhoseArgumentTheRowIsFoundByIsARead() {
        assertThat(readsOf(store("""
                String find(String agentId) throws SQLException {
                    PreparedStatement select = connection.prepareStatement("SELECT session_id FROM agent_sessions WHERE agent_id = ?");
                    select.setString(1, agentId);
                    ResultSet row = select.executeQuery();
                    return row.next() ? row.getString(1) : null;
                }
                """))).containsExactly(Map.of("at", "com.acme.Store#find(String)", "key", "arg0"));
    }

    @Test
    void whatCallsAReadIsNotProposedAsWell() {
        assertThat(readsOf(store("""
                        String find(String agentId) throws SQLException {
                            return jdbc.queryForObject("SELECT session_id FROM agent_sessions WHERE agent_id = ?", String.class, agentId);
                        }
                        String findAgain(String agentId) throws SQLException {
                            return find(agentId);
                        }
                        """), """
                        package com.acme;
                        class Service {
                            private final Store store = new Store();
                            String sessionOf(String agent) throws Exception { return store.findAgain(agent); }
                        }
                        """))
                .containsExactly(Map.of("at", "com.acme.Store#find(String)", "key", "arg0"));
    }

    @Test
    void aKeyOfTwoColumnsIsGivenInTheOrderOfTheStore() {
        Proposal proposal = Compiled.proposal(Compiled.into(folder, store("""
                String find(Channel channel, String user) throws SQLException {
                    return jdbc.queryForObject(
                            "SELECT session_id FROM chat WHERE user_id = :user AND channel_id = :channel", String.class,
                            java.util.Map.of("channel", channel.id(), "user", user));
                }
                record Channel(String id) {}
                void create() throws SQLException {
                    connection.createStatement().execute(
                        "CREATE TABLE chat (channel_id TEXT, user_id TEXT, session_id TEXT, updated_at BIGINT, PRIMARY KEY (channel_id, user_id))");
                }
                """), JDBC));

        assertThat(proposal.store("key")).contains(List.of("user_id", "channel_id"));
        assertThat(Compiled.proposed(proposal, Kind.READ))
                .containsExactly(
                        Map.of("at", "com.acme.Store#find(Store$Channel, String)", "key", List.of("arg1", "arg0.id")));
    }

    @Test
    void aRowThatIsFoundByAnotherColumnIsDecidedByWhatIsReturned() {
        assertThat(readsOf(store("""
                record Row(String agent, String sessionId) {}
                Row find(String agentId) {
                    return jdbc.queryForObject("SELECT agent_id, session_id FROM agent_sessions WHERE agent_id = ?", Row.class, agentId);
                }
                Row byTicket(String ticket) {
                    return jdbc.queryForObject("SELECT agent_id, session_id FROM agent_sessions WHERE ticket = ?", Row.class, ticket);
                }
                void create() throws SQLException {
                    connection.createStatement().execute("CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT, ticket TEXT)");
                }
                """)))
                .containsExactlyInAnyOrder(
                        Map.of("at", "com.acme.Store#find(String)", "key", "arg0"),
                        Map.of("at", "com.acme.Store#byTicket(String)", "sessionId", "return.sessionId"));
    }

    @Test
    void manyIdsAtOnceAndOtherTextsOfARowAreNoReads() {
        assertThat(readsOf(store("""
                java.util.List<String> all(String agentId) {
                    return java.util.List.of(jdbc.queryForObject("SELECT session_id FROM agent_sessions WHERE agent_id = ?", String.class, agentId));
                }
                String titleOf(String agentId) throws SQLException {
                    PreparedStatement select = connection.prepareStatement("SELECT title, session_id FROM agent_sessions WHERE agent_id = ?");
                    select.setString(1, agentId);
                    return select.executeQuery().getString(1);
                }
                String find(String agentId) throws SQLException {
                    PreparedStatement select = connection.prepareStatement("SELECT title, session_id FROM agent_sessions WHERE agent_id = ?");
                    select.setString(1, agentId);
                    return select.executeQuery().getString(2);
                }
                """))).containsExactly(Map.of("at", "com.acme.Store#find(String)", "key", "arg0"));
    }

    @Test
    void whatComesOfAReadIsNoRead() {
        assertThat(readsOf(store("""
                record Result(String sessionId) {}
                boolean exists(String agentId) {
                    return jdbc.queryForObject("SELECT session_id FROM agent_sessions WHERE agent_id = ?", String.class, agentId) != null;
                }
                Result run(String agentId) {
                    return exists(agentId) ? new Result("a") : new Result("b");
                }
                """))).isEmpty();
    }

    @Test
    void aStatementThatIsPutTogetherAndALambdaAreFollowed() {
        assertThat(readsOf(store("""
                private static final String FIND = "SELECT session_id FROM agent_sessions WHERE agent_id = ? " + System.getProperty("hint", "");
                java.util.Optional<String> find(java.util.UUID agent) {
                    return jdbc.inTransaction(handle ->
                        handle.queryForObject("SELECT session_id FROM " + "agent_sessions WHERE agent_id = ?", String.class, agent.toString()));
                }
                String stored(String agent) {
                    return jdbc.queryForObject(FIND, String.class, agent);
                }
                String built(String agent) {
                    return jdbc.queryForObject("SELECT session_id FROM agent_sessions WHERE agent_id = '" + agent + "'", String.class);
                }
                """)))
                .containsExactlyInAnyOrder(
                        Map.of("at", "com.acme.Store#find(UUID)", "key", "arg0"),
                        Map.of("at", "com.acme.Store#stored(String)", "key", "arg0"),
                        Map.of("at", "com.acme.Store#built(String)", "key", "arg0"));
    }

    @Test
    void aRepositoryHasNoCodeSoTheMethodThatCallsItIsTheRead() {
        assertThat(readsOf(with(
                        PERSISTENCE,
                        ENTITY,
                        "package com.acme;\ninterface Talks extends org.springframework.data.repository.CrudRepository<Talk, String> {}",
                        """
                        package com.acme;
                        class Service {
                            private Talks talks;
                            java.util.Optional<String> sessionOf(String ticket) {
                                return talks.findById(ticket).map(Talk::getSessionId);
                            }
                            String titleOf(String ticket) { return talks.findById(ticket).map(Talk::getTitle).orElse(""); }
                            void answered(String ticket, String session) { talks.findById(ticket).get().setSessionId(session); }
                        }
                        """)))
                .containsExactly(Map.of("at", "com.acme.Service#sessionOf(String)", "key", "arg0"));
    }

    @Test
    void aRepositorysOwnFinderAndTheEntityManagerAreFollowed() {
        assertThat(readsOf(with(PERSISTENCE, ENTITY, """
                        package com.acme;
                        class Dao {
                            private jakarta.persistence.EntityManager entities;
                            Talk load(String ticket) { return entities.find(Talk.class, ticket); }
                        }
                        """)))
                .containsExactly(Map.of("at", "com.acme.Dao#load(String)", "key", "arg0"));
    }

    @Test
    void whereNoMethodIsGivenTheKeyTheGetterOfTheEntityIsProposed() {
        assertThat(readsOf(with(
                        PERSISTENCE,
                        ENTITY,
                        "package com.acme;\ninterface Talks extends org.springframework.data.repository.CrudRepository<Talk, String> {}",
                        """
                        package com.acme;
                        class Service {
                            private Talks talks;
                            void work() { talks.findAll().forEach(talk -> System.getProperty(talk.getSessionId())); }
                        }
                        """)))
                .containsExactly(Map.of("at", "com.acme.Talk#getSessionId()", "sessionId", "return"));
    }

    @Test
    void statementsOfMyBatisAreFoundInAnnotationsAndInXml() throws IOException {
        Files.writeString(folder.resolve("Mapper.xml"), """
                <?xml version="1.0"?>
                <!DOCTYPE mapper PUBLIC "-//mybatis.org//DTD Mapper 3.0//EN" "http://mybatis.invalid/dtd/mybatis-3-mapper.dtd">
                <mapper namespace="com.acme.XmlMapper">
                  <sql id="columns">agent_id, session_id</sql>
                  <select id="find">SELECT <include refid="columns"/> FROM agent_sessions <where>agent_id = #{agentId}</where></select>
                </mapper>
                """);
        assertThat(readsOf(with(
                        PERSISTENCE,
                        "package com.acme;\nrecord Row(String agentId, String sessionId) {}",
                        "package com.acme;\ninterface XmlMapper { Row find(String agentId); }",
                        "package com.acme;\ninterface NoteMapper {"
                                + " @org.apache.ibatis.annotations.Select(\"select session_id from agent_sessions where agent_id = #{id}\")"
                                + " String find(String id); }",
                        """
                        package com.acme;
                        class Service {
                            private XmlMapper xml;
                            private NoteMapper notes;
                            Row row(String agent) { return xml.find(agent); }
                            String session(String agent) { return notes.find(agent); }
                        }
                        """)))
                .containsExactlyInAnyOrder(
                        Map.of("at", "com.acme.Service#row(String)", "key", "arg0"),
                        Map.of("at", "com.acme.Service#session(String)", "key", "arg0"));
    }

    @Test
    void idsInAMapAreReadWhereTheMapIs() {
        Proposal proposal = Compiled.proposal(Compiled.into(folder, """
                package com.acme;
                class Sessions {
                    private final java.util.Map<String, Session> sessions = new java.util.HashMap<>();
                    record Session(String channel, String sessionId) {}
                    Session of(String channel) { return sessions.get(channel); }
                    void put(Session session) { sessions.put(session.channel(), session); }
                    String answer(String channel) throws Exception { return new Cli().resume(of(channel).sessionId()); }
                }
                """, Compiled.CLI));

        assertThat(Compiled.proposed(proposal, Kind.READ))
                .containsExactly(Map.of("at", "com.acme.Sessions#of(String)", "sessionId", "return.sessionId"));
        assertThat(proposal.config()).contains("\"store\": \"none\"");
    }

    /** To propose nothing would be to propose delete-row, and a title is gone with it. */
    @Test
    void aRowThatHoldsMoreAndWhoseTableNobodyDeclaresKeepsEverythingButItsId() {
        Proposal proposal = Compiled.proposal(Compiled.into(folder, store("""
                String find(String agentId) {
                    return jdbc.queryForObject("SELECT session_id, title FROM agent_sessions WHERE agent_id = ?", String.class, agentId);
                }
                """), JDBC));

        assertThat(proposal.store("expire")).contains("clear-session-id");
    }

    @Test
    void theDatabaseCorrectsWhatTheCodeTells() {
        Proposal proposal = Compiled.proposal(
                Compiled.into(folder, store("""
                        String find(String agentId) {
                            return jdbc.queryForObject("SELECT SESSION_ID FROM AGENT_SESSIONS WHERE AGENT_ID = ?", String.class, agentId);
                        }
                        """), JDBC),
                new DatabaseSchema.Table(
                        "agent_sessions",
                        List.of(
                                new DatabaseSchema.Column("agent_id", "TEXT", true),
                                new DatabaseSchema.Column("session_id", "TEXT", false),
                                new DatabaseSchema.Column("title", "TEXT", false),
                                new DatabaseSchema.Column("last_active_at", "INTEGER", false)),
                        List.of(List.of("agent_id"))));

        assertThat(proposal.store("table")).contains("agent_sessions");
        assertThat(proposal.store("key")).contains("agent_id");
        assertThat(proposal.store("lastUsedAt")).contains("last_active_at");
        assertThat(proposal.store("expire")).contains("clear-session-id");
        assertThat(proposal.store("url")).contains("jdbc:sqlite:given.db");
        assertThat(Compiled.proposed(proposal, Kind.READ))
                .containsExactly(Map.of("at", "com.acme.Store#find(String)", "key", "arg0"));
    }

    @Test
    void aColumnThatTellsWhenARowBeganIsNoMeasureOfItsUse() {
        Proposal proposal = Compiled.proposal(Compiled.into(folder, store("""
                String find(String agentId) {
                    return jdbc.queryForObject("SELECT session_id FROM agent_sessions WHERE agent_id = ?", String.class, agentId);
                }
                void create() throws SQLException {
                    connection.createStatement().execute("CREATE TABLE agent_sessions (agent_id TEXT PRIMARY KEY, session_id TEXT, created_at TEXT)");
                }
                """), JDBC));

        assertThat(proposal.store("lastUsedAt")).contains("observed");
    }

    private List<Map<String, Object>> readsOf(String... sources) {
        return Compiled.proposed(
                Compiled.proposal(Compiled.into(folder, with(new String[] {JDBC}, sources))), Kind.READ);
    }

    private static final String JDBC = """
            package org.springframework.jdbc;
            public interface Jdbc {
                <T> T queryForObject(String sql, Class<T> type, Object... values);
                <T> java.util.Optional<T> inTransaction(java.util.function.Function<Jdbc, T> work);
            }
            """;

    private static final String ENTITY = """
            package com.acme;
            import jakarta.persistence.*;
            @Entity @Table(name = "talks")
            public class Talk {
                @Id private String ticket;
                private String title;
                @Column(name = "session_id") private String sessionId;
                @Column(name = "updated_at") private java.time.Instant updatedAt;
                public String getSessionId() { return sessionId; }
                public String getTitle() { return title; }
                public void setSessionId(String id) { sessionId = id; }
            }
            """;

    private static String store(String methods) {
        return "package com.acme;\nimport java.sql.*;\nclass Store {\n" + URL
                + "\nprivate Connection connection;\nprivate org.springframework.jdbc.Jdbc jdbc;\n" + methods + "}\n";
    }
}
