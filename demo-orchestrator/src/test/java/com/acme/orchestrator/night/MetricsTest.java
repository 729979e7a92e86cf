package com.acme.orchestrator.night;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MetricsTest {
    @Test
    void theCounterIsReadFromThePage() throws Exception {
        String page = """
                # TYPE claude_session_resume_failures_total counter
                claude_session_resume_failures_total 4.0
                claude_session_rows 16.0
                """;
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            byte[] body = page.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            assertThat(new Metrics(server.getAddress().getPort()).failures()).contains("4");
        } finally {
            server.stop(0);
        }
    }
}
