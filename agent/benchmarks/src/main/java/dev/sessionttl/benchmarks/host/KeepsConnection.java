package dev.sessionttl.benchmarks.host;

import java.io.OutputStream;
import java.sql.Connection;
import java.sql.DriverManager;

/** The orchestrator in a child JVM. Without an argument it ends at once; else it keeps a connection to that URL open. */
public final class KeepsConnection {
    public static final String MAIN_BEGAN = "main";

    private KeepsConnection() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0) {
            System.out.println(MAIN_BEGAN);
            return;
        }
        try (Connection connection = DriverManager.getConnection(arguments[0])) {
            // No statement of it stays open: a reader would keep the log from being emptied.
            connection.prepareStatement("SELECT 1 FROM agent_sessions").close();
            System.out.println(MAIN_BEGAN);
            // Until the parent closes the pipe, or is gone.
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
