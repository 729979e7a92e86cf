package dev.sessionttl.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.distribution.host.Acme;
import dev.sessionttl.distribution.host.Archive;
import dev.sessionttl.distribution.host.Compatibility;
import dev.sessionttl.distribution.host.Database;
import dev.sessionttl.distribution.host.Host;
import dev.sessionttl.distribution.host.Jdk;
import dev.sessionttl.distribution.host.OnEachJdk;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A web application's loader prefers its own classes, and each deployment brings a copy of the driver of its own. */
@EnabledOnOs(OS.LINUX)
class WarIT {
    /** Deploys the WAR, asks its servlet, throws it out, and does so once more. */
    private static final String LAUNCHER = """
            package org.launcher;

            import java.io.*;
            import java.net.*;
            import java.nio.charset.*;
            import org.apache.catalina.*;
            import org.apache.catalina.startup.*;

            public class Launcher {
                public static void main(String[] args) throws Exception {
                    Tomcat tomcat = new Tomcat();
                    tomcat.setBaseDir("tomcat");
                    tomcat.setPort(0);
                    new File("tomcat/webapps").mkdirs();
                    tomcat.setAddDefaultWebXmlToWebapp(false);
                    tomcat.getHost();
                    tomcat.getConnector().setProperty("address", "127.0.0.1");
                    tomcat.start();
                    try {
                        deploy(tomcat, "");
                        deploy(tomcat, "-again");
                        System.out.println("done");
                        System.in.read();
                    } finally {
                        tomcat.stop();
                        tomcat.destroy();
                    }
                }

                static void deploy(Tomcat tomcat, String round) throws Exception {
                    Context application = tomcat.addWebapp("/orchestrator", new File("orchestrator.war").getAbsolutePath());
                    System.out.println("loaded by " + application.getLoader().getClassLoader().getClass().getSimpleName());
                    URL page = new URL("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/orchestrator/dispatches?round=" + round);
                    try (InputStream in = page.openStream()) {
                        System.out.print(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                    }
                    application.stop();
                    application.destroy();
                }
            }
            """;

    private static final String SERVLET = """
            package com.acme;

            import jakarta.servlet.http.*;
            import java.io.*;
            import java.sql.*;

            public class DispatchServlet extends HttpServlet {
                @Override
                protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
                    PrintWriter out = response.getWriter();
                    try (Connection connection = SessionStore.open(); Statement statement = connection.createStatement()) {
                        statement.executeQuery("SELECT count(*) FROM sqlite_schema").close();
                        out.println("connections at first: " + ThisProcess.descriptorsOnTheDatabase());
                        out.print(Dispatches.of(request.getParameter("round")));
                    } catch (Exception failure) {
                        throw new IOException(failure);
                    }
                }

                @Override
                public void destroy() {
                    DriverManager.drivers().toList().forEach(driver -> {
                        try {
                            DriverManager.deregisterDriver(driver);
                        } catch (SQLException failure) {
                            throw new IllegalStateException(failure);
                        }
                    });
                }
            }
            """;

    private static final String WEB_XML = """
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0" metadata-complete="true">
              <servlet>
                <servlet-name>dispatches</servlet-name>
                <servlet-class>com.acme.DispatchServlet</servlet-class>
              </servlet>
              <servlet-mapping>
                <servlet-name>dispatches</servlet-name>
                <url-pattern>/dispatches</url-pattern>
              </servlet-mapping>
            </web-app>
            """;

    /** By which Tomcat looks for what a thrown-out application left behind. */
    private static final String[] AS_CATALINA_SH_DOES = {
        "--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.rmi/sun.rmi.transport=ALL-UNNAMED"
    };

    @TempDir
    Path folder;

    @OnEachJdk
    void aWarWithItsDriverInItIsServedAndSoIsTheNextDeploymentOfIt(Jdk jdk) {
        Database database = Acme.database(folder);
        Host host = Host.launchedBy(folder, "org.launcher.Launcher")
                .withLibraries("tomcat")
                .withClasses(LAUNCHER)
                .compile(folder.resolve("war"), Acme.with(SERVLET))
                .withJvmOptions(jdk.nativeAccess())
                .withJvmOptions(AS_CATALINA_SH_DOES)
                .withFile("web.xml", WEB_XML)
                .withConfig(Acme.config());
        Archive.in(folder.resolve("orchestrator.war"), Map.of())
                .withFolder("WEB-INF/classes/", folder.resolve("war"))
                .withFile("WEB-INF/lib/sqlite-jdbc.jar", Host.library("sqlite-jdbc"))
                .withFile("WEB-INF/web.xml", folder.resolve("web.xml"))
                .write();

        Host.Run run = Acme.servedBy(host.start(jdk), 2);

        // One connection when the host has just opened its own: none of ours is left of another copy of SQLite (law 1).
        String deployed = "loaded by ParallelWebappClassLoader\nconnections at first: 1\n";
        assertThat(run.out())
                .isEqualTo(
                        deployed + Acme.SERVED + deployed + Acme.SERVED.replace("live-id", "live-id-again") + "done\n");
        assertThat(database.sessionIds()).containsExactly("live-id", "live-id-again");
        Compatibility.proven(
                jdk,
                "Apache Tomcat "
                        + Compatibility.versionOf(Host.libraries("tomcat").get(0)) + ", a WAR",
                "served; so is its second deployment, through its own copy of the driver");
    }
}
