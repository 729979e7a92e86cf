package dev.sessionttl.engine;

import dev.sessionttl.engine.callsite.Access;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.report.Log;
import java.lang.instrument.Instrumentation;
import java.util.Map;
import java.util.Set;

/** Opens the packages of a modular host to the engine, so that value paths reach what is not exported. */
final class HostModules implements Access {
    private final Instrumentation instrumentation;

    HostModules(Instrumentation instrumentation) {
        this.instrumentation = instrumentation;
    }

    @Override
    public void open(Class<?> type) {
        instrumentation.redefineModule(
                type.getModule(),
                Set.of(),
                Map.of(),
                Map.of(type.getPackageName(), Set.of(Access.class.getModule())),
                Set.of(),
                Map.of());
    }

    @Override
    public void missing(ValuePath path, Class<?> type) {
        Log.warn("the value path " + path + " leads nowhere on " + type.getName()
                + ": the site finds no value there and leaves the host as it is");
    }
}
