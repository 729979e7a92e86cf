package com.acme.helpdesk;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** Its title is what the customer wrote first; that stands nowhere else. */
@Entity
@Table(name = "conversations")
public class Conversation {
    @Id
    private String ticket;

    private String title;
    private String sessionId;
    private Instant updatedAt;

    protected Conversation() {}

    public Conversation(String ticket, String title) {
        this.ticket = ticket;
        this.title = title;
    }

    public String getSessionId() {
        return sessionId;
    }

    public void answeredIn(String session) {
        // Customers are shown one session per ticket: the one that it began with.
        if (sessionId == null) {
            sessionId = session;
        }
        updatedAt = Instant.now();
    }
}
