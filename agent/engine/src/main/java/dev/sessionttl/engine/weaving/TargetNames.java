package dev.sessionttl.engine.weaving;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells by its name, and by the names above it where a {@code +} asks for that, whether a class may hold a site. Every
 * class that the host loads passes here, so nothing but a look-up is done for the many that do not.
 */
final class TargetNames {
    static final Set<String> OF_THE_JDK = Set.of("java/lang/ProcessBuilder", "java/util/logging/Logger");

    /** What loads the engine, and is loaded as the host is: woven, it would ask the engine on its own behalf. */
    private static final String OF_THE_AGENT = "dev/sessionttl/bootstrap/";

    private final Map<String, List<Target>> exact = new HashMap<>();
    private final List<Target> patterns = new ArrayList<>();
    private final List<Target> subtypes = new ArrayList<>();
    private final SupertypeNames supertypeNames = new SupertypeNames();

    TargetNames(List<Target> targets) {
        for (Target target : targets) {
            if (target.pointcut().includesSubtypes()) {
                subtypes.add(target);
            } else if (target.pointcut().exactTypeName().isPresent()) {
                String internalName = target.pointcut().exactTypeName().get().replace('.', '/');
                exact.computeIfAbsent(internalName, unused -> new ArrayList<>()).add(target);
            } else {
                patterns.add(target);
            }
        }
    }

    /**
     * Of the JDK's own classes the one that starts processes may, and the one that logs; no pattern of a config is meant for
     * any of them, nor for the agent's.
     */
    static boolean mayHoldSites(@Nullable ClassLoader loader, String internalName) {
        return loader == null ? OF_THE_JDK.contains(internalName) : !internalName.startsWith(OF_THE_AGENT);
    }

    /** The targets that a class may hold sites of; usually none. */
    List<Target> matching(@Nullable ClassLoader loader, String internalName, byte[] classFile) {
        List<Target> named = exact.getOrDefault(internalName, List.of());
        if (loader == null || (patterns.isEmpty() && subtypes.isEmpty())) {
            return named;
        }
        List<Target> matching = new ArrayList<>(named);
        String binaryName = internalName.replace('/', '.');
        for (Target target : patterns) {
            if (target.pointcut().matchesType(binaryName)) {
                matching.add(target);
            }
        }
        if (!subtypes.isEmpty()) {
            List<String> names = new ArrayList<>(List.of(binaryName));
            names.addAll(supertypeNames.of(loader, internalName, classFile));
            for (Target target : subtypes) {
                if (names.stream().anyMatch(target.pointcut()::matchesType)) {
                    matching.add(target);
                }
            }
        }
        return matching;
    }
}
