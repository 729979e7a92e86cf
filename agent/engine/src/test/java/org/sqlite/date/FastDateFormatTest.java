package org.sqlite.date;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.sql.Timestamp;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.Properties;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteConfig;
import org.sqlite.jdbc4.JDBC4Connection;

/** The driver's dates still work, though the agent uses none. */
class FastDateFormatTest {
    private static final String PATTERN = "yyyy-MM-dd HH:mm:ss.SSS";
    private static final Instant MOMENT = Instant.ofEpochMilli(1_700_000_000_123L);

    @Test
    void aZoneIsKeptTo() throws ParseException {
        FastDateFormat utc = FastDateFormat.getInstance(PATTERN, TimeZone.getTimeZone("UTC"));
        FastDateFormat tokyo = FastDateFormat.getInstance(PATTERN, TimeZone.getTimeZone("Asia/Tokyo"));

        assertThat(utc.format(Date.from(MOMENT))).isEqualTo("2023-11-14 22:13:20.123");
        assertThat(tokyo.format(Date.from(MOMENT))).isEqualTo("2023-11-15 07:13:20.123");
        assertThat(tokyo.parse("2023-11-15 07:13:20.123")).isEqualTo(Date.from(MOMENT));
    }

    @Test
    void whatIsNoDateIsRefused() {
        assertThatThrownBy(() -> FastDateFormat.getInstance(PATTERN).parse("yesterday"))
                .isInstanceOf(ParseException.class);
    }

    @Test
    void theDriverBindsAndReadsDatesByIt() throws Exception {
        SQLiteConfig config = new SQLiteConfig();
        config.setDateClass("TEXT");
        Properties properties = config.toProperties();
        try (Connection connection = new JDBC4Connection("jdbc:sqlite::memory:", ":memory:", properties);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (at TEXT)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?)")) {
                insert.setTimestamp(1, Timestamp.from(MOMENT));
                insert.executeUpdate();
            }
            try (ResultSet result = statement.executeQuery("SELECT at FROM t")) {
                assertThat(result.next()).isTrue();
                assertThat(result.getTimestamp(1)).isEqualTo(Timestamp.from(MOMENT));
            }
        }
    }
}
