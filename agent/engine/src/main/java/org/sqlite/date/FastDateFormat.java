package org.sqlite.date;

import java.text.ParseException;
import java.text.SimpleDateFormat;
import java.util.Date;
import java.util.Optional;
import java.util.TimeZone;

/**
 * Stands in for sqlite-jdbc's class of this name, in the engine's loader alone. The original is made with every connection,
 * asks the JDK for the names of months and weekdays as it is made, and so loads the JDK's locale data before the host's
 * {@code main}: a tenth of what the agent adds to a host's start. This one does so when a date is first read or bound,
 * which the agent never does. It has what the driver calls, and no more.
 *
 * @see <a href="https://github.com/xerial/sqlite-jdbc">sqlite-jdbc</a>, {@code SQLiteConnectionConfig}
 */
public final class FastDateFormat {
    private final String pattern;
    private final Optional<TimeZone> zone;

    private FastDateFormat(String pattern, Optional<TimeZone> zone) {
        this.pattern = pattern;
        this.zone = zone;
    }

    /** In the JVM's own time zone. */
    public static FastDateFormat getInstance(String pattern) {
        return new FastDateFormat(pattern, Optional.empty());
    }

    public static FastDateFormat getInstance(String pattern, TimeZone zone) {
        return new FastDateFormat(pattern, Optional.of(zone));
    }

    public Date parse(String text) throws ParseException {
        return format().parse(text);
    }

    public String format(Date date) {
        return format().format(date);
    }

    private SimpleDateFormat format() {
        SimpleDateFormat format = new SimpleDateFormat(pattern);
        zone.ifPresent(format::setTimeZone);
        return format;
    }
}
