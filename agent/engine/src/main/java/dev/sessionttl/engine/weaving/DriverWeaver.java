package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.report.Log;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Weaves a call of the door into the beginning of the SQLite driver's methods that {@link DriverSite} is about, and nothing
 * else. Every host with SQLite in it pays for this, so nothing is asked about the class.
 */
final class DriverWeaver {
    private final WovenMethods methods;
    private final List<DriverSite> sites;

    DriverWeaver(WovenMethods methods, List<DriverSite> sites) {
        this.methods = methods;
        this.sites = sites;
    }

    byte[] weave(@Nullable ClassLoader loader, byte[] classFile) {
        return MethodCode.in(
                classFile,
                (method, code) -> method.isStatic()
                        ? code
                        : siteOf(method)
                                .map(site -> DoorCode.told(method, number(loader, site, method.descriptor()), code))
                                .orElse(code));
    }

    private Optional<DriverSite> siteOf(MethodCode.Method method) {
        return sites.stream()
                .filter(site -> site.method().equals(method.name())
                        && method.descriptor().endsWith(")V"))
                .findFirst();
    }

    private int number(@Nullable ClassLoader loader, DriverSite site, String descriptor) {
        String name = DriverSite.TYPE.replace('/', '.') + "#" + site.method();
        Log.debug("woven: " + name + " for the SQLite driver");
        return methods.put(loader, name + descriptor, WovenMethod.of(name, List.of(site), "void", false));
    }
}
