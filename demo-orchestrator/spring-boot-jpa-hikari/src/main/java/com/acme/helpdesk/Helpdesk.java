package com.acme.helpdesk;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Lets Claude work on support tickets: a line on stdin is a ticket's number and what its customer wrote. */
@SpringBootApplication
public class Helpdesk {
    public static void main(String[] args) {
        SpringApplication.run(Helpdesk.class, args);
    }

    @Bean
    ApplicationRunner answerTickets(Tickets tickets) {
        return arguments -> {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] ticket = line.split(" ", 2);
                System.out.println(line + ": " + tickets.answer(ticket[0], ticket[1]));
            }
        };
    }
}
