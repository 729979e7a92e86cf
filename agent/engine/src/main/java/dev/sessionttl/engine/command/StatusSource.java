package dev.sessionttl.engine.command;

import dev.sessionttl.engine.report.Log;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Where the status of a running agent is fetched from. */
final class StatusSource {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int MOST_BYTES = 1 << 20;
    private static final String PATH = "/status.json";
    /** The agent looks for the server every two seconds. */
    private static final long BEAN_SECONDS = 5;

    private static final long BEAN_POLL_MILLIS = 50;
    private static final String MBEAN = "dev.sessionttl:type=Agent";

    /** Whoever may attach to a JVM need not trust it. */
    private static final String JDK_ONLY = "java.base/*;java.rmi/*;java.management/*;java.management.rmi/*;!*";

    private StatusSource() {}

    static String ofUrl(String url) throws CommandException {
        URI uri = statusUri(url);
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            connection.setInstanceFollowRedirects(false);
            int answer = connection.getResponseCode();
            if (answer != HttpURLConnection.HTTP_OK) {
                throw new CommandException(
                        shown(url) + " answers " + answer + " to " + PATH + ": is that the agent's http.port?");
            }
            try (InputStream in = connection.getInputStream()) {
                return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
            }
        } catch (IOException | RuntimeException failure) {
            throw new CommandException(
                    shown(url) + " cannot be reached (" + Log.inWords(failure)
                            + "): is the host running, and has its config an http section?",
                    failure);
        }
    }

    private static URI statusUri(String url) throws CommandException {
        try {
            URI uri = new URI(url.contains("://") ? url : "http://" + url);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), PATH, null, null);
            }
        } catch (URISyntaxException noUrl) {
            // Told below.
        }
        throw new CommandException(shown(url) + " is no URL; write --url http://127.0.0.1:9477");
    }

    /** Without what may be a password. */
    static String shown(String url) {
        return url.replaceAll("^(\\w+://)?[^/]*@", "$1").replaceAll("\\?.*", "");
    }

    @SuppressWarnings(
            "BanJNDI") // the address is the other JVM's own word, and the filter takes nothing but the JDK's types
    static String ofPid(long pid) throws CommandException {
        ObjectInputFilter.Config.setSerialFilter(ObjectInputFilter.Config.createFilter(JDK_ONLY));
        try (RemoteJvm jvm = RemoteJvm.of(pid);
                JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(jvm.managementAddress()))) {
            return told(connector.getMBeanServerConnection(), new ObjectName(MBEAN));
        } catch (InstanceNotFoundException noAgent) {
            throw new CommandException(
                    "process " + pid + " runs without an agent that is switched on; attach " + pid + " loads one",
                    noAgent);
        } catch (IOException | JMException failure) {
            throw new CommandException(
                    "process " + pid + " does not tell its status: " + Log.inWords(failure), failure);
        }
    }

    /** The agent's bean joins the server that was made for this look, if none was there before, a little later. */
    private static String told(MBeanServerConnection server, ObjectName bean) throws IOException, JMException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BEAN_SECONDS);
        while (!server.isRegistered(bean) && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(BEAN_POLL_MILLIS));
        }
        return String.valueOf(server.getAttribute(bean, "StatusJson"));
    }
}
