package dev.sessionttl.engine.command;

import dev.sessionttl.engine.expiry.SessionRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How many sessions were last used how long ago. */
final class Ages {
    /** Ages up to so many days, and none. */
    private static final List<Integer> DAYS = List.of(1, 2, 7, 30, 90, 365);

    private final long nowMillis;
    private final int[] counts = new int[DAYS.size() + 1];

    Ages(long nowMillis) {
        this.nowMillis = nowMillis;
    }

    void add(SessionRow row) {
        long ageMillis = nowMillis - row.lastUsed().epochMillis().orElseThrow();
        int bucket = 0;
        while (bucket < DAYS.size()
                && ageMillis > Duration.ofDays(DAYS.get(bucket)).toMillis()) {
            bucket++;
        }
        counts[bucket]++;
    }

    int count() {
        int all = 0;
        for (int each : counts) {
            all += each;
        }
        return all;
    }

    /** A line an age, without those that no session has. */
    String inText() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                text.append(String.format(Locale.ROOT, "  %-20s %,10d%n", label(i), counts[i]));
            }
        }
        return text.toString();
    }

    private static String label(int bucket) {
        if (bucket == 0) {
            return "up to 1 day";
        }
        int from = DAYS.get(bucket - 1);
        return bucket == DAYS.size() ? "more than " + from + " days" : from + " to " + DAYS.get(bucket) + " days";
    }

    List<Map<String, Object>> inJson() {
        List<Map<String, Object>> ages = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            Map<String, Object> age = new LinkedHashMap<>();
            age.put("fromDays", i == 0 ? 0 : DAYS.get(i - 1));
            if (i < DAYS.size()) {
                age.put("toDays", DAYS.get(i));
            }
            age.put("sessions", counts[i]);
            ages.add(age);
        }
        return ages;
    }
}
