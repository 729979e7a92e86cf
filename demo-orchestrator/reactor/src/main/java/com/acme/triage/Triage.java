package com.acme.triage;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Lets Claude sort incidents, each service in one session: a line on stdin is a service and what happened. */
public class Triage {
    private final SessionStore sessions;
    private final Claude claude;

    Triage(SessionStore sessions, Claude claude) {
        this.sessions = sessions;
        this.claude = claude;
    }

    public static void main(String[] args) {
        Triage triage = new Triage(new SessionStore("jdbc:sqlite:triage.db"), new Claude());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        Flux.fromStream(in.lines())
                .concatMap(line -> triage.sort(line).map(session -> line + ": " + session), 1)
                .doOnNext(System.out::println)
                .blockLast();
    }

    /** Emits the session in which the incident was sorted. */
    private Mono<String> sort(String incident) {
        String service = incident.split(" ", 2)[0];
        return sessions.find(service)
                .flatMap(session ->
                        claude.resume(session, incident).onErrorResume(ClaudeException.class, e -> Mono.empty()))
                .switchIfEmpty(claude.start(incident))
                .flatMap(session -> sessions.remember(service, session).thenReturn(session));
    }
}
