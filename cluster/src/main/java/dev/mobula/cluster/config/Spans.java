package dev.mobula.cluster.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as a configuration writes them: `250ms`, `10s`, `5m`, `6h`, `7d`.
final class Spans {
    static final String SYNTAX = "a duration such as 250ms, 10s, 5m, 6h or 7d";

    private static final Pattern FORM = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
    private static final String[] UNITS = {"d", "h", "m", "s"};

    private Spans() {}

    static Optional<Duration> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(unit(form.group(2)).multipliedBy(Long.parseLong(form.group(1))))
                : Optional.empty();
    }

    private static Duration unit(String name) {
        return switch (name) {
            case "d" -> Duration.ofDays(1);
            case "h" -> Duration.ofHours(1);
            case "m" -> Duration.ofMinutes(1);
            case "s" -> Duration.ofSeconds(1);
            default -> Duration.ofMillis(1);
        };
    }

    static String text(Duration span) {
        for (String name : UNITS) {
            long millis = unit(name).toMillis();
            if (span.toMillis() > 0 && span.toMillis() % millis == 0) {
                return span.toMillis() / millis + name;
            }
        }
        return span.toMillis() + "ms";
    }
}
