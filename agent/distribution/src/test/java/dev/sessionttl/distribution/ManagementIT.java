package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.tools.attach.VirtualMachine;
import dev.sessionttl.distribution.host.Acme;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** JMX is the host's to begin with, or a tool's that attaches to it; our beans are there whenever that is (law 4). */
@EnabledOnOs(OS.LINUX)
class ManagementIT {
    @TempDir
    Path folder;

    @OnEachJdk
    void aHostWithoutJmxIsLeftWithout(Jdk jdk) throws IOException {
        Host.Running running = host(jdk, Acme.MAIN)
                .withJvmOptions("-Xlog:class+load=info:file=loaded.txt:none")
                .start(jdk);

        Acme.servedBy(running, 1);

        assertThat(Files.readAllLines(folder.resolve("loaded.txt")))
                .hasSizeGreaterThan(500)
                .noneMatch(line -> line.startsWith("javax.management.") || line.startsWith("java.lang.management."));
    }

    @OnEachJdk
    @SuppressWarnings("BanJNDI") // the address is that of a process of ours
    void aToolThatAttachesAtAnyTimeFindsTheBeans(Jdk jdk) throws Exception {
        Host.Running running = host(jdk, Acme.MAIN).start(jdk).awaitOut("done\n");

        VirtualMachine attached =
                VirtualMachine.attach(String.valueOf(running.process().pid()));
        String address = attached.startLocalManagementAgent();
        attached.detach();
        try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address))) {
            MBeanServerConnection beans = connector.getMBeanServerConnection();
            ObjectName agent = new ObjectName("dev.sessionttl:type=Agent");
            running.await("registering its bean", () -> Optional.of(agent).filter(name -> isThere(beans, name)));

            assertThat(beans.getAttribute(agent, "ResumeFailures")).isEqualTo(1L);
            assertThat(beans.getAttribute(agent, "ExpiredRead")).isEqualTo(1L);
            assertThat(beans.queryNames(new ObjectName("dev.sessionttl:type=Site,*"), null))
                    .extracting(name -> ObjectName.unquote(name.getKeyProperty("pointcut")))
                    .containsExactlyInAnyOrder("com.acme.SessionStore#find(Task)", "com.acme.ClaudeCli#run(String)");
        }
        Acme.servedBy(running, 1);
    }

    /** Whoever makes the platform's server decides by what it is built; that is to be the host, however late. */
    @OnEachJdk
    void aHostChoosesWhatBuildsItsServerInItsFirstStatement(Jdk jdk) {
        String main = """
                package com.acme;

                import java.lang.management.ManagementFactory;
                import javax.management.*;

                public class Main {
                    public static void main(String[] args) throws Exception {
                        System.setProperty("javax.management.builder.initial", "com.acme.HostBuilder");
                        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
                        System.out.println("built by the host: " + HostBuilder.built);
                        ObjectName agent = new ObjectName("dev.sessionttl:type=Agent");
                        while (!server.isRegistered(agent)) {
                            Thread.onSpinWait();
                        }
                        System.out.println("failures: " + server.getAttribute(agent, "ResumeFailures"));
                    }
                }
                """;
        String builder = """
                package com.acme;

                import javax.management.*;

                public class HostBuilder extends MBeanServerBuilder {
                    static int built;

                    @Override
                    public MBeanServer newMBeanServer(String domain, MBeanServer outer, MBeanServerDelegate delegate) {
                        built++;
                        return super.newMBeanServer(domain, outer, delegate);
                    }
                }
                """;

        Host.Run run = host(jdk, main, builder).run(jdk).succeeded();

        assertThat(run.out()).isEqualTo("built by the host: 1\nfailures: 0\n");
        assertThat(run.err().lines().filter(Acme::isWarning)).isEmpty();
    }

    private Host host(Jdk jdk, String... sources) {
        Acme.database(folder);
        return Host.of(folder, Acme.with(sources))
                .withSqlite()
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(Acme.config());
    }

    private static boolean isThere(MBeanServerConnection beans, ObjectName name) {
        try {
            return beans.isRegistered(name);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }
}
