package dev.sessionttl.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessionttl.engine.expiry.ExpiryEvents.Occasion;
import dev.sessionttl.engine.fixture.RecordedEvents;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.management.Attribute;
import javax.management.AttributeNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagementBeansTest {
    private static final TableGauges TABLE = new TableGauges() {
        @Override
        public double rows() {
            return 7;
        }

        @Override
        public double oldestAgeSeconds() {
            return 90.5;
        }
    };

    private final MBeanServer platform = ManagementFactory.getPlatformMBeanServer();
    private final RecordedEvents events = new RecordedEvents();
    private final Tally tally = new Tally();
    private final ManagementBeans beans = new ManagementBeans(
            new SessionMeters(tally, TABLE, () -> Map.of("com.acme.Store+#find*(String, ..)", 3)),
            () -> "{\"failures\":" + tally.counts().resumeFailures() + "}",
            events);

    @AfterEach
    void unregister() throws JMException {
        for (ObjectName name : platform.queryNames(new ObjectName("dev.sessionttl:*"), null)) {
            platform.unregisterMBean(name);
        }
    }

    @Test
    void eachMeterIsAnAttributeThatCanOnlyBeRead() throws JMException {
        beans.look();
        beans.look();
        tally.resumeFailed(Duration.ofMillis(1_500));
        tally.expired(Occasion.SWEEP, 41);

        ObjectName agent = new ObjectName("dev.sessionttl:type=Agent");
        assertThat(platform.getMBeanInfo(agent).getAttributes())
                .allMatch(attribute -> attribute.isReadable() && !attribute.isWritable())
                .extracting(MBeanAttributeInfo::getName)
                .contains("ResumeFailures", "ResumeFailureSeconds", "ResumeUnclassified", "VetoedReads", "ExpiredRead")
                .contains("StoreErrorsFind", "Rows", "OldestAgeSeconds");
        assertThat(platform.getAttribute(agent, "ResumeFailures")).isEqualTo(1L);
        assertThat(platform.getAttribute(agent, "ExpiredSweep")).isEqualTo(41L);
        assertThat(platform.getAttributes(agent, new String[] {"ResumeFailureSeconds", "Rows", "Columns"})
                        .asList())
                .containsExactly(new Attribute("ResumeFailureSeconds", 1.5), new Attribute("Rows", 7.0));
        assertThatThrownBy(() -> platform.setAttribute(agent, new Attribute("Rows", 8.0)))
                .isInstanceOf(AttributeNotFoundException.class);
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void theStatusIsReadThroughItAsItIsAtThatMoment() throws JMException {
        beans.look();
        tally.resumeFailed(Duration.ZERO);

        assertThat(platform.getAttribute(new ObjectName("dev.sessionttl:type=Agent"), "StatusJson"))
                .isEqualTo("{\"failures\":1}");
    }

    @Test
    void eachPointcutIsABeanOfItsOwn() throws JMException {
        beans.look();

        ObjectName site = new ObjectName("dev.sessionttl:type=Site,pointcut=\"com.acme.Store+#find\\*(String, ..)\"");
        assertThat(platform.getAttribute(site, "Methods")).isEqualTo(3.0);
    }

    @Test
    void thePointcutsAreThoseThatTheConfigNamesNow() throws JMException {
        AtomicReference<Map<String, Integer>> sites = new AtomicReference<>(Map.of("a.B#kept", 1, "a.B#gone", 0));
        ManagementBeans changing = new ManagementBeans(new SessionMeters(tally, TABLE, sites::get), () -> "", events);
        changing.look();

        sites.set(Map.of("a.B#kept", 2, "a.B#added", 3));
        changing.look();

        assertThat(platform.queryNames(new ObjectName("dev.sessionttl:type=Site,*"), null))
                .containsExactlyInAnyOrder(
                        new ObjectName("dev.sessionttl:type=Site,pointcut=\"a.B#kept\""),
                        new ObjectName("dev.sessionttl:type=Site,pointcut=\"a.B#added\""));
        assertThat(platform.getAttribute(new ObjectName("dev.sessionttl:type=Site,pointcut=\"a.B#kept\""), "Methods"))
                .isEqualTo(2.0);
        assertThat(events.lines()).isEmpty();
    }

    @Test
    void aServerThatIsNotThePlatformsIsLeftAlone() throws JMException {
        MBeanServer containers = MBeanServerFactory.createMBeanServer("container");
        try {
            beans.look();

            assertThat(Arrays.asList(containers.getDomains())).doesNotContain("dev.sessionttl");
        } finally {
            MBeanServerFactory.releaseMBeanServer(containers);
        }
    }

    @Test
    void whatIsRegisteredAlreadyIsCountedOnce() {
        beans.look();
        ManagementBeans second = new ManagementBeans(new SessionMeters(tally, TABLE, Map::of), () -> "", events);

        second.look();
        second.look();

        assertThat(events.lines()).containsExactly("failed open jmx");
    }
}
