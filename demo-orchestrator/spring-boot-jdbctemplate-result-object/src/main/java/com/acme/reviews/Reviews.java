package com.acme.reviews;

import java.util.Scanner;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Lets Claude review changes, each project in one long session: a line on stdin is a project and a change. */
@SpringBootApplication
public class Reviews implements CommandLineRunner {
    private final SessionDao sessions;
    private final ClaudeRunner claude;

    public Reviews(SessionDao sessions, ClaudeRunner claude) {
        this.sessions = sessions;
        this.claude = claude;
    }

    public static void main(String[] args) {
        SpringApplication.run(Reviews.class, args);
    }

    @Override
    public void run(String... args) {
        Scanner in = new Scanner(System.in);
        while (in.hasNextLine()) {
            String line = in.nextLine();
            String[] change = line.split(" ", 2);
            RunResult review = review(change[0], change[1]);
            System.out.println(line + ": " + (review.success() ? review.sessionId() : review.error()));
        }
    }

    private RunResult review(String project, String change) {
        String prompt = "Review " + change;
        RunResult result = sessions.find(project)
                .map(session -> claude.run(new RunRequest(prompt, session.claudeSessionId())))
                .filter(RunResult::success)
                .orElseGet(() -> claude.run(new RunRequest(prompt, null)));
        if (result.success()) {
            sessions.used(project, result.sessionId());
        }
        return result;
    }
}
