package dev.sessionttl.engine.metrics;

import dev.sessionttl.engine.metrics.SessionMeter.Counter;
import dev.sessionttl.engine.metrics.SessionMeter.Gauge;
import dev.sessionttl.engine.metrics.SessionMeter.Timer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.ReflectionException;

/**
 * Read-only attributes, from the meters themselves, so that none is forgotten here: {@code ResumeFailures},
 * {@code ExpiredBySweep} …
 */
final class AgentBean implements DynamicMBean {
    private final Map<String, MBeanAttributeInfo> described = new LinkedHashMap<>();
    private final Map<String, Supplier<Object>> values = new LinkedHashMap<>();
    private final String description;

    AgentBean(String description) {
        this.description = description;
    }

    AgentBean with(SessionMeter meter, String name) {
        if (meter instanceof Counter counter) {
            return with(name, "long", meter.description(), () -> counter.count().getAsLong());
        }
        if (meter instanceof Timer timer) {
            return with(
                    name + "Seconds",
                    "double",
                    meter.description(),
                    () -> timer.nanos().getAsLong() / 1e9);
        }
        Gauge gauge = (Gauge) meter;
        return with(name, "double", meter.description(), () -> gauge.value().getAsDouble());
    }

    AgentBean with(String name, String type, String text, Supplier<Object> value) {
        described.put(name, new MBeanAttributeInfo(name, type, text, true, false, false));
        values.put(name, value);
        return this;
    }

    @Override
    public Object getAttribute(String name) throws AttributeNotFoundException {
        Supplier<Object> value = values.get(name);
        if (value == null) {
            throw new AttributeNotFoundException("known are " + String.join(", ", values.keySet()));
        }
        return value.get();
    }

    @Override
    public AttributeList getAttributes(String[] names) {
        AttributeList attributes = new AttributeList();
        for (String name : names) {
            Supplier<Object> value = values.get(name);
            if (value != null) {
                attributes.add(new Attribute(name, value.get()));
            }
        }
        return attributes;
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException("every attribute is read-only");
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList();
    }

    @Override
    public Object invoke(String operation, Object[] arguments, String[] signature)
            throws MBeanException, ReflectionException {
        throw new ReflectionException(new NoSuchMethodException(operation), "there are no operations");
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        return new MBeanInfo(
                AgentBean.class.getName(),
                description,
                List.copyOf(described.values()).toArray(MBeanAttributeInfo[]::new),
                null,
                null,
                null);
    }
}
