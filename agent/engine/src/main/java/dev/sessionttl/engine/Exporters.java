package dev.sessionttl.engine;

import dev.sessionttl.engine.config.AgentConfig;
import dev.sessionttl.engine.config.HttpConfig;
import dev.sessionttl.engine.console.Console;
import dev.sessionttl.engine.metrics.PrometheusText;
import dev.sessionttl.engine.metrics.SessionMeters;
import dev.sessionttl.engine.report.Log;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Shows the meters where the config asks for them. */
final class Exporters {
    private final AgentConfig config;
    private final SessionMeters meters;
    private final TableFacts facts;

    Exporters(AgentConfig config, SessionMeters meters, TableFacts facts) {
        this.config = config;
        this.meters = meters;
        this.facts = facts;
    }

    void onceTheHostRuns(BackgroundThread background) {
        config.http().ifPresent(http -> background.after(0, () -> open(http)));
    }

    private void open(HttpConfig http) {
        try {
            facts.refreshIfOld();
            InetSocketAddress address = Console.open(http, new PrometheusText(meters));
            Log.info("metrics at http://" + http.host() + ":" + address.getPort() + "/metrics");
        } catch (IOException failure) {
            Log.warn("http " + http.host() + ":" + http.port() + " could not be opened (" + Log.inWords(failure)
                    + "): there is no /metrics until the host starts again with another http.port");
        }
    }
}
