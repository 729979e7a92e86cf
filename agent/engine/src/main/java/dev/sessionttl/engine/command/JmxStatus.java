package dev.sessionttl.engine.command;

import dev.sessionttl.engine.report.Log;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The status of the agent in a process of this machine, over JMX, which not every Java runtime has. */
final class JmxStatus {
    /** The agent looks for the server every two seconds. */
    private static final long BEAN_SECONDS = 5;

    private static final long BEAN_POLL_MILLIS = 50;
    private static final String MBEAN = "dev.sessionttl:type=Agent";

    /** Whoever may attach to a JVM need not trust it. */
    private static final String JDK_ONLY = "java.base/*;java.rmi/*;java.management/*;java.management.rmi/*;!*";

    private JmxStatus() {}

    @SuppressWarnings(
            "BanJNDI") // the address is the other JVM's own word, and the filter takes nothing but the JDK's types
    static String of(long pid) throws CommandException {
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
