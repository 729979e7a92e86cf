package dev.sessionttl.engine.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0",
                "999|999",
                "1000|1,000",
                "1009|1,009",
                "9999|9,999",
                "10000|10k",
                "999999|999k",
                "1000000|1.0M",
                "12390000|12.3M"
            })
    void countsHaveFourDigitsAtTheMost(long number, String shown) {
        assertThat(Figures.count(number)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0.0 s",
                "0.06|0.0 s",
                "9.99|9.9 s",
                "10|10 s",
                "59.9|59 s",
                "60|1.0 min",
                "119|1.9 min",
                "3599|59 min",
                "3600|1.0 h",
                "86399|23 h",
                "86400|1.0 d",
                "1e9|11k d",
                "-5|0.0 s"
            })
    void durationsAreRoundedDownToOneUnit(double seconds, String shown) {
        assertThat(Figures.duration(seconds)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0|0 s", "9.9|9 s", "59.9|59 s", "66|1.1 min", "-3|0 s"})
    void agesHaveNoTenths(double seconds, String shown) {
        assertThat(Figures.age(seconds)).isEqualTo(shown);
    }
}
