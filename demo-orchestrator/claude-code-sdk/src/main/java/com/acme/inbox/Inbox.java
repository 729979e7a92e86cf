package com.acme.inbox;

import java.nio.file.Path;
import java.util.Scanner;
import org.springaicommunity.claude.agent.sdk.Query;
import org.springaicommunity.claude.agent.sdk.config.PermissionMode;
import org.springaicommunity.claude.agent.sdk.transport.CLIOptions;
import org.springaicommunity.claude.agent.sdk.types.QueryResult;

/** Lets Claude answer mail, each sender in one session: a line on stdin is a sender and what it wrote. */
public class Inbox {
    private final MailSessions sessions;

    Inbox(MailSessions sessions) {
        this.sessions = sessions;
    }

    public static void main(String[] args) throws Exception {
        Inbox inbox = new Inbox(new MailSessions("jdbc:sqlite:inbox.db"));
        Scanner in = new Scanner(System.in);
        while (in.hasNextLine()) {
            String line = in.nextLine();
            String[] mail = line.split(" ", 2);
            System.out.println(line + ": " + inbox.answer(mail[0], mail[1]));
        }
    }

    private String answer(String sender, String text) throws Exception {
        CLIOptions.Builder options = CLIOptions.builder().permissionMode(PermissionMode.ACCEPT_EDITS);
        sessions.find(sender).ifPresent(session -> options.resume(session.sessionId()));
        QueryResult result = Query.execute(text, options.build(), Path.of("").toAbsolutePath());
        // Whatever came of it, it was this session.
        sessions.remember(new MailSession(sender, result.metadata().sessionId()));
        return result.isSuccessful() ? result.metadata().sessionId() : "unanswered";
    }
}
