package dev.sessionttl.engine.metrics;

import dev.sessionttl.engine.expiry.ExpiryEvents;
import dev.sessionttl.engine.metrics.SessionMeter.Gauge;
import dev.sessionttl.engine.metrics.SessionMeter.Label;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * The meters as MBeans: {@code dev.sessionttl:type=Agent}, and one {@code type=Site} for each pointcut. They wait for the
 * platform's MBean server, and never make one: that is the host's to choose and to start (law 4).
 */
public final class ManagementBeans {
    private static final String DOMAIN = "dev.sessionttl";

    private final SessionMeters meters;
    private final Supplier<String> statusJson;
    private final ExpiryEvents events;
    private final IdentityHashMap<Gauge, ObjectName> siteNames = new IdentityHashMap<>();
    private @Nullable MBeanServer platform;
    private boolean failed;

    /** @param statusJson the document that {@code /status.json} is */
    public ManagementBeans(SessionMeters meters, Supplier<String> statusJson, ExpiryEvents events) {
        this.meters = meters;
        this.statusJson = statusJson;
        this.events = events;
    }

    /**
     * Registers the beans if the server is there by now, and those of pointcuts that have come since. To be called by one thread, now and then, once the host has loaded
     * {@code MBeanServerFactory}: to load that class is to begin with JMX.
     */
    public void look() {
        try {
            if (platform == null && !failed) {
                findPlatform();
            }
            if (platform != null) {
                followSites(platform);
            }
        } catch (JMException | RuntimeException failure) {
            failed = true;
            platform = null;
            events.failedOpen("jmx", failure);
        }
    }

    private void findPlatform() throws JMException {
        for (MBeanServer server : MBeanServerFactory.findMBeanServer(null)) {
            // Containers make servers of their own too; the beans of the JVM itself are in the platform's alone.
            if (platform == null && server.isRegistered(new ObjectName("java.lang:type=Runtime"))) {
                registerAgent(server);
                platform = server;
            }
        }
    }

    private void registerAgent(MBeanServer server) throws JMException {
        AgentBean agent = new AgentBean("What the session-ttl agent has counted since this JVM started");
        for (SessionMeter meter : meters.all()) {
            if (!isOfSite(meter)) {
                agent.with(meter, attribute(meter));
            }
        }
        agent.with("StatusJson", String.class.getName(), "What /status.json is", statusJson::get);
        server.registerMBean(agent, new ObjectName(DOMAIN + ":type=Agent"));
    }

    private void followSites(MBeanServer server) throws JMException {
        List<SessionMeter> now = meters.all();
        for (Gauge known : List.copyOf(siteNames.keySet())) {
            if (!now.contains(known)) {
                ObjectName gone = siteNames.remove(known);
                if (server.isRegistered(gone)) {
                    server.unregisterMBean(gone);
                }
            }
        }
        for (SessionMeter meter : now) {
            if (isOfSite(meter) && meter instanceof Gauge gauge && !siteNames.containsKey(gauge)) {
                Label label = gauge.label().orElseThrow();
                ObjectName name =
                        new ObjectName(DOMAIN + ":type=Site," + label.name() + "=" + ObjectName.quote(label.value()));
                siteNames.put(gauge, name);
                server.registerMBean(new AgentBean("One pointcut of the config").with(gauge, "Methods"), name);
            }
        }
    }

    private static boolean isOfSite(SessionMeter meter) {
        return meter instanceof Gauge && meter.label().isPresent();
    }

    /** {@code claude.session.expired} of the reason {@code sweep} is {@code ExpiredSweep}. */
    private static String attribute(SessionMeter meter) {
        StringBuilder name = new StringBuilder();
        String unit = meter instanceof Gauge gauge ? gauge.unit().orElse("") : "";
        String label = meter.label().map(Label::value).orElse("");
        for (String word :
                (meter.name().substring(SessionMeters.PREFIX.length()) + "." + label + "." + unit).split("\\.", -1)) {
            if (!word.isEmpty()) {
                name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
            }
        }
        return name.toString();
    }
}
