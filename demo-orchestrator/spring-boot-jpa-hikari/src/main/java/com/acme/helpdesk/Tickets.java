package com.acme.helpdesk;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Answers what customers write, each ticket in a session of its own. */
@Component
public class Tickets {
    private static final Logger log = LoggerFactory.getLogger(Tickets.class);

    private final Conversations conversations;
    private final Claude claude;

    public Tickets(Conversations conversations, Claude claude) {
        this.conversations = conversations;
        this.claude = claude;
    }

    /** Returns the session in which it was answered. */
    public String answer(String ticket, String message) {
        String session = answeredIn(conversations.sessionOf(ticket), message);
        conversations.answered(ticket, message, session);
        return session;
    }

    private String answeredIn(Optional<String> session, String message) {
        if (session.isPresent()) {
            try {
                claude.resume(session.get(), message);
                return session.get();
            } catch (ClaudeException e) {
                log.debug("starting over", e);
            }
        }
        return claude.start(message);
    }
}
