package com.acme.helpdesk;

import java.util.Optional;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What is kept of each ticket's conversation. */
@Service
public class Conversations {
    private final ConversationRepository repository;

    public Conversations(ConversationRepository repository) {
        this.repository = repository;
    }

    @Transactional(readOnly = true)
    public Optional<String> sessionOf(String ticket) {
        return repository.findById(ticket).map(Conversation::getSessionId);
    }

    @Transactional
    public void answered(String ticket, String message, String session) {
        repository
                .findById(ticket)
                .orElseGet(() -> repository.save(new Conversation(ticket, message)))
                .answeredIn(session);
    }
}
