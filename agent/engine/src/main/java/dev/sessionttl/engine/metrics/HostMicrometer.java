package dev.sessionttl.engine.metrics;

import dev.sessionttl.engine.metrics.SessionMeter.Counter;
import dev.sessionttl.engine.metrics.SessionMeter.Gauge;
import dev.sessionttl.engine.metrics.SessionMeter.Timer;
import dev.sessionttl.engine.report.Log;
import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * One copy of Micrometer that the host has, reached by name through the loader that defined it; what is called here is there
 * in 1.9 and in today's. What is the host's is held weakly: an application that its container has thrown out must not be kept
 * by us.
 */
final class HostMicrometer {
    private static final String PACKAGE = "io.micrometer.core.instrument.";

    private final WeakReference<ClassLoader> loader;
    private final Predicate<Class<?>> used;

    /** What the host's registry made of our meters. */
    private final IdentityHashMap<SessionMeter, WeakReference<Object>> registered = new IdentityHashMap<>();

    /** Those that it took; what a filter of the host's denies it makes, and forgets at once. */
    private final Set<SessionMeter> taken = Collections.newSetFromMap(new IdentityHashMap<>());

    private boolean hadRegistries;

    /** @param used whether the host has begun to use a class */
    HostMicrometer(ClassLoader loader, Predicate<Class<?>> used) {
        this.loader = new WeakReference<>(loader);
        this.used = used;
    }

    boolean isOf(ClassLoader other) {
        return loader.get() == other;
    }

    /** Whether the host has let go of it. */
    boolean isGone() {
        return loader.get() == null;
    }

    /**
     * Registers those of our meters that its global registry does not have: all of them at first, and again what it had and the
     * host has cleared away. A global registry that holds no other shows nothing to anyone, and is left alone. Between two looks the
     * host has the time to set its filters, which have to be there before the meters.
     *
     * @param meters to be held by the caller, since the registry holds them weakly
     * @throws ReflectiveOperationException if it is no Micrometer that is known, or a filter or listener of the host's fails
     */
    void look(List<SessionMeter> meters) throws ReflectiveOperationException {
        ClassLoader micrometer = loader.get();
        if (micrometer == null) {
            return;
        }
        Class<?> metrics = type(micrometer, "Metrics");
        if (!used.test(metrics)) {
            return;
        }
        Object registry = metrics.getField("globalRegistry").get(null);
        Class<?> composite = type(micrometer, "composite.CompositeMeterRegistry");
        boolean hasRegistries =
                !((Collection<?>) composite.getMethod("getRegistries").invoke(registry)).isEmpty();
        if (hasRegistries && hadRegistries) {
            boolean isFirst = registered.isEmpty();
            registerMissing(meters, micrometer, registry);
            if (isFirst) {
                Log.debug("the host's Micrometer registry has the metrics too");
            }
        }
        hadRegistries = hasRegistries;
    }

    private void registerMissing(List<SessionMeter> meters, ClassLoader micrometer, Object registry)
            throws ReflectiveOperationException {
        Class<?> registryType = type(micrometer, "MeterRegistry");
        Set<Object> present = Collections.newSetFromMap(new IdentityHashMap<>());
        present.addAll((Collection<?>) registryType.getMethod("getMeters").invoke(registry));
        removeGone(meters, registryType, registry, type(micrometer, "Meter"));
        for (SessionMeter meter : meters) {
            WeakReference<Object> known = registered.get(meter);
            if (known != null && present.contains(known.get())) {
                taken.add(meter);
            } else if (known == null || taken.remove(meter)) {
                Object builder = builder(micrometer, meter);
                Object made =
                        builder.getClass().getMethod("register", registryType).invoke(builder, registry);
                registered.put(meter, new WeakReference<>(made));
            }
        }
    }

    /** Meters of pointcuts that the config names no more. */
    private void removeGone(List<SessionMeter> meters, Class<?> registryType, Object registry, Class<?> meterType)
            throws ReflectiveOperationException {
        for (Iterator<Map.Entry<SessionMeter, WeakReference<Object>>> each =
                        registered.entrySet().iterator();
                each.hasNext(); ) {
            Map.Entry<SessionMeter, WeakReference<Object>> known = each.next();
            if (!meters.contains(known.getKey())) {
                Object made = known.getValue().get();
                each.remove();
                if (made != null) {
                    registryType.getMethod("remove", meterType).invoke(registry, made);
                }
            }
        }
    }

    private static Object builder(ClassLoader micrometer, SessionMeter meter) throws ReflectiveOperationException {
        Object builder = newBuilder(micrometer, meter);
        set(builder, "description", String.class, meter.description());
        if (meter.label().isPresent()) {
            SessionMeter.Label label = meter.label().get();
            set(builder, "tags", String[].class, new String[] {label.name(), label.value()});
        }
        if (meter instanceof Gauge gauge && gauge.unit().isPresent()) {
            set(builder, "baseUnit", String.class, gauge.unit().get());
        }
        return builder;
    }

    private static Object newBuilder(ClassLoader micrometer, SessionMeter meter) throws ReflectiveOperationException {
        if (meter instanceof Timer) {
            ToLongFunction<Timer> times = timer -> timer.count().getAsLong();
            ToDoubleFunction<Timer> nanos = timer -> timer.nanos().getAsLong();
            return type(micrometer, "FunctionTimer")
                    .getMethod(
                            "builder",
                            String.class,
                            Object.class,
                            ToLongFunction.class,
                            ToDoubleFunction.class,
                            TimeUnit.class)
                    .invoke(null, meter.name(), meter, times, nanos, TimeUnit.NANOSECONDS);
        }
        ToDoubleFunction<Counter> count = counter -> counter.count().getAsLong();
        ToDoubleFunction<Gauge> value = gauge -> gauge.value().getAsDouble();
        boolean counts = meter instanceof Counter;
        return type(micrometer, counts ? "FunctionCounter" : "Gauge")
                .getMethod("builder", String.class, Object.class, ToDoubleFunction.class)
                .invoke(null, meter.name(), meter, counts ? count : value);
    }

    private static void set(Object builder, String property, Class<?> type, Object value)
            throws ReflectiveOperationException {
        builder.getClass().getMethod(property, type).invoke(builder, value);
    }

    private static Class<?> type(ClassLoader micrometer, String name) throws ClassNotFoundException {
        return Class.forName(PACKAGE + name, false, micrometer);
    }
}
