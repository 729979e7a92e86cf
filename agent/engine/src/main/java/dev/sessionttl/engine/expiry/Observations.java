package dev.sessionttl.engine.expiry;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The agent's own record of when each session id was last really used: read and let pass, resumed, or emitted by a run. An id
 * that it sees for the first time is as old as zero. It holds no id, only 128 bits of each one's SHA-256. Any thread may call;
 * nothing blocks.
 */
public final class Observations {
    /** In 13 MB of heap. Of more, those that were not used for longest are forgotten, and begin anew. */
    public static final int MOST = 100_000;

    /** Stands for any id: when a use was seen at all. */
    private static final UUID ANY = new UUID(0, 0);

    private final InstantSource clock;
    private final Map<UUID, Long> lastUsed = new ConcurrentHashMap<>();
    private final Set<UUID> changed = ConcurrentHashMap.newKeySet();

    public Observations(InstantSource clock) {
        this.clock = clock;
    }

    /** By which moments are told. */
    public InstantSource clock() {
        return clock;
    }

    /**
     * When an id was last used; one that was never seen before is seen now. While there is no room for it, it is seen now
     * every time: rows that nobody reads must not push out the ids that are in use.
     */
    public LastUsed lastUsed(String sessionId) {
        UUID id = digest(sessionId);
        Long known = lastUsed.get(id);
        if (known == null) {
            known = clock.millis();
            if (lastUsed.size() < MOST) {
                Long other = lastUsed.putIfAbsent(id, known);
                known = other == null ? known : other;
                changed.add(id);
            }
        }
        return new LastUsed(null, OptionalLong.of(known));
    }

    /** An id is really used, now. */
    public void used(String sessionId) {
        use(digest(sessionId));
        use(ANY);
    }

    private void use(UUID id) {
        // What is beyond the bound goes at the next change that is taken; never so far that it could fill the heap.
        if (lastUsed.size() < 2 * MOST || lastUsed.containsKey(id)) {
            lastUsed.put(id, clock.millis());
            changed.add(id);
        }
    }

    /** Whether any id was seen in use since then (ms since 1970 UTC): else it may be the observer that sees nothing. */
    public boolean sawAnyUseSince(long epochMillis) {
        Long any = lastUsed.get(ANY);
        return any != null && any >= epochMillis;
    }

    /**
     * What another process has seen, or this one before it was started anew.
     *
     * @param epochMillis ms since 1970 UTC; a moment that is still to come is taken for now, since a clock was wrong
     */
    public void learn(UUID id, long epochMillis) {
        long now = clock.millis();
        lastUsed.merge(id, Math.min(epochMillis, now), Math::max);
        if (epochMillis > now) {
            changed.add(id);
        }
    }

    /** What has changed since this was last asked, of what is remembered. */
    public Map<UUID, Long> takeChanges() {
        Map<UUID, Long> taken = new HashMap<>();
        for (UUID id : List.copyOf(changed)) {
            // In this order: a use that comes between the two is taken twice rather than not at all.
            changed.remove(id);
            Long millis = lastUsed.get(id);
            if (millis != null) {
                taken.put(id, millis);
            }
        }
        return taken;
    }

    /** Changes that were taken and could not be kept are to be taken again. */
    public void giveBack(Set<UUID> ids) {
        changed.addAll(ids);
    }

    /** Forgets what was not used for longest, where there is too much; a tenth at once, so that it is not sorted each time. */
    public List<UUID> forgetTheOldest() {
        if (lastUsed.size() <= MOST) {
            return List.of();
        }
        List<UUID> oldest = new ArrayList<>(lastUsed.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.naturalOrder()))
                .limit(lastUsed.size() - MOST + MOST / 10)
                .map(Map.Entry::getKey)
                .toList());
        oldest.remove(ANY);
        oldest.forEach(lastUsed::remove);
        return oldest;
    }

    private static UUID digest(String sessionId) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(sessionId.getBytes(StandardCharsets.UTF_8));
            return new UUID(longAt(hash, 0), longAt(hash, Long.BYTES));
        } catch (NoSuchAlgorithmException impossible) {
            // Every Java platform has it.
            throw new IllegalStateException(impossible);
        }
    }

    private static long longAt(byte[] bytes, int from) {
        long value = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            value = (value << 8) | (bytes[i] & 0xff);
        }
        return value;
    }
}
