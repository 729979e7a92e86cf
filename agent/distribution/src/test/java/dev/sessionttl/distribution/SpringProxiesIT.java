package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Acme;
import dev.sessionttl.distribution.host.AgentsJson;
import dev.sessionttl.distribution.host.Compatibility;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.Metrics;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A pointcut with a {@code +} matches a Spring proxy and what is behind it: one call of the host's is one decision (law 8). */
@EnabledOnOs(OS.LINUX)
class SpringProxiesIT {
    private static final String SESSIONS = """
            package com.acme;

            import java.util.*;

            public interface Sessions {
                Optional<String> find(Task task) throws Exception;
            }
            """;

    private static final String STORED_SESSIONS = """
            package com.acme;

            import java.sql.*;
            import java.util.*;

            public class StoredSessions implements Sessions {
                public Optional<String> find(Task task) throws Exception {
                    try (Connection connection = SessionStore.open(); Statement statement = connection.createStatement()) {
                        ResultSet result = statement.executeQuery("SELECT session_id FROM agent_sessions WHERE agent_id = '" + task.agentId() + "'");
                        return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
                    }
                }
            }
            """;

    /** Between proxy and target it makes a young session old: a second decision would take it away. */
    private static final String AGEING = """
            package com.acme;

            import java.sql.*;
            import org.aopalliance.intercept.*;

            public class Ageing implements MethodInterceptor {
                @Override
                public Object invoke(MethodInvocation call) throws Throwable {
                    if (call.getMethod().getName().equals("find")) {
                        String agentId = ((Task) call.getArguments()[0]).agentId();
                        try (Connection connection = SessionStore.open(); Statement statement = connection.createStatement()) {
                            statement.executeUpdate("UPDATE agent_sessions SET last_used_at = last_used_at - 90000000 WHERE agent_id = '" + agentId + "'");
                        }
                    }
                    return call.proceed();
                }
            }
            """;

    private static final String BEANS = """
            package com.acme;

            import org.springframework.aop.framework.autoproxy.*;
            import org.springframework.context.annotation.*;

            @Configuration
            public class Beans {
                @Bean
                SessionStore store() throws Exception {
                    return new SessionStore();
                }

                @Bean
                Sessions sessions() {
                    return new StoredSessions();
                }

                @Bean
                ClaudeCli cli() {
                    return new ClaudeCli();
                }

                @Bean
                static Ageing ageing() {
                    return new Ageing();
                }

                @Bean
                static BeanNameAutoProxyCreator proxies() {
                    BeanNameAutoProxyCreator proxies = new BeanNameAutoProxyCreator();
                    proxies.setBeanNames("store", "sessions", "cli");
                    proxies.setInterceptorNames("ageing");
                    return proxies;
                }
            }
            """;

    private static final String MAIN = """
            package com.acme;

            import org.springframework.aop.support.*;
            import org.springframework.context.annotation.*;

            public class SpringMain {
                public static void main(String[] args) throws Exception {
                    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Beans.class)) {
                        SessionStore store = context.getBean(SessionStore.class);
                        Sessions sessions = context.getBean(Sessions.class);
                        ClaudeCli cli = context.getBean(ClaudeCli.class);
                        System.out.println(AopUtils.isCglibProxy(store) + " " + AopUtils.isJdkDynamicProxy(sessions) + " " + AopUtils.isCglibProxy(cli));
                        store.remember("old", "stale-id", 25);
                        store.remember("young", "live-id", 1);
                        store.remember("old too", "stale-id too", 25);
                        store.remember("young too", "live-id too", 1);
                        store.remember("dead", "dead-id", 1);
                        System.out.println(store.find(new Task("old")) + " " + store.find(new Task("young")));
                        System.out.println(sessions.find(new Task("old too")) + " " + sessions.find(new Task("young too")));
                        try {
                            cli.run("dead-id");
                        } catch (IllegalStateException refused) {
                            System.out.println(refused.getMessage());
                        }
                        System.out.println("done");
                        System.in.read();
                    }
                }
            }
            """;

    @TempDir
    Path folder;

    @OnEachJdk
    void aProxyAndItsTargetDecideOnceBetweenThem(Jdk jdk) {
        Database database = Acme.database(folder);
        Host host = Host.launchedBy(folder, "com.acme.SpringMain")
                .withLibraries("spring")
                .withSqlite()
                .withClasses(Acme.with(MAIN, BEANS, AGEING, SESSIONS, STORED_SESSIONS))
                .withJvmOptions(jdk.nativeAccess())
                .withConfig(AgentsJson.ofTable()
                        .withSweep()
                        .withHttp()
                        .withRead("com.acme.SessionStore+#find(Task)", "key", "arg0.agentId")
                        .withRead("com.acme.Sessions+#find(Task)", "key", "arg0.agentId")
                        .withFailure("com.acme.ClaudeCli+#run(String)", "sessionId", "arg0")
                        .toString());

        Host.Running running = host.start(jdk).awaitOut("done\n");
        Metrics metrics = running.metrics();
        Host.Run run = Acme.servedBy(running, 2, 1);

        assertThat(run.out()).isEqualTo("""
                true true true
                Optional.empty Optional[live-id]
                Optional.empty Optional[live-id too]
                No conversation found with session ID: dead-id
                done
                """);
        for (String pointcut :
                new String[] {"SessionStore+#find(Task)", "Sessions+#find(Task)", "ClaudeCli+#run(String)"}) {
            assertThat(metrics.valueOf("claude_session_sites{pointcut=\"com.acme." + pointcut + "\"}"))
                    .as("methods of %s, of proxy and target", pointcut)
                    .isEqualTo(2);
        }
        assertThat(database.sessionIds()).containsExactly("live-id", "live-id too");
        Compatibility.proven(
                jdk,
                "Spring " + Compatibility.versionOf(Host.library("spring", "spring-context"))
                        + ", CGLIB and JDK proxies",
                "served; proxy and target decide once between them");
    }
}
