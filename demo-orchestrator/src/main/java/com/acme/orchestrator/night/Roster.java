package com.acme.orchestrator.night;

import com.acme.orchestrator.SessionStore;
import com.acme.orchestrator.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The agents of the night, the session that each was last in, and the tasks that wait for them.
 *
 * @param agents in the order of their first tasks
 * @param rounds how often each is dispatched
 */
record Roster(List<Agent> agents, int rounds) {
    // With four dispatches each, the ten dead sessions are refused forty times, as in the incident.
    private static final Map<Fate, Integer> AGENTS = Map.of(Fate.LIVE, 6, Fate.EXPIRED, 6, Fate.YOUNG_DEAD, 4);
    private static final int ROUNDS = 4;

    /** An agent and its stored session. */
    record Agent(String id, String sessionId, Fate fate) {}

    /** The incident's agents, with new session ids. */
    static Roster ofTheIncident() {
        List<Agent> agents = new ArrayList<>();
        for (Fate fate : Fate.values()) {
            String name = fate.name().toLowerCase(Locale.ROOT).replace('_', '-');
            IntStream.rangeClosed(1, AGENTS.getOrDefault(fate, 0))
                    .mapToObj(n -> new Agent(name + '-' + n, UUID.randomUUID().toString(), fate))
                    .forEach(agents::add);
        }
        return new Roster(List.copyOf(agents), ROUNDS);
    }

    /** Stores each agent's session as old as its fate says, and writes a transcript for those that can be resumed. */
    void seed(Path database, Transcripts transcripts, Instant now) throws IOException {
        for (Fate fate : Fate.values()) {
            Clock then = Clock.fixed(now.minus(fate.age()), ZoneOffset.UTC);
            try (SessionStore store = SessionStore.open(database, then)) {
                for (Agent agent : withFate(fate)) {
                    store.remember(agent.id(), agent.sessionId());
                    if (fate.resumable()) {
                        transcripts.create(agent.sessionId(), then.instant());
                    }
                }
            }
        }
    }

    /** Every agent's task of the first round, then of the second… */
    List<Task> tasks() {
        return IntStream.rangeClosed(1, rounds)
                .boxed()
                .flatMap(round -> agents.stream().map(agent -> new Task(agent.id(), "Work off inbox " + round)))
                .toList();
    }

    /** The stored sessions that met this fate. */
    List<String> sessionIds(Fate fate) {
        return withFate(fate).stream().map(Agent::sessionId).toList();
    }

    private List<Agent> withFate(Fate fate) {
        return agents.stream().filter(agent -> agent.fate() == fate).toList();
    }
}
