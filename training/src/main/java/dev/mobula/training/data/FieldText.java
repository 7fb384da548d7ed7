package dev.mobula.training.data;

import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Values;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/// Values written as text: what kind they look like, and reading them as that kind.
final class FieldText {
    private static final int WHOLE_DIGITS_MAX = 19;

    private FieldText() {}

    /// The narrowest kind that holds both this text and what was seen before.
    static Kind kind(Kind before, String text) {
        return switch (before) {
            case FLAG -> isFlag(text) ? Kind.FLAG : kind(Kind.WHOLE, text);
            case WHOLE -> isWhole(text) ? Kind.WHOLE : kind(Kind.NUMBER, text);
            case NUMBER -> isNumber(text) ? Kind.NUMBER : kind(Kind.INSTANT, text);
            case INSTANT -> isInstant(text) ? Kind.INSTANT : Kind.TEXT;
            case TEXT, REAL, BYTES, WHOLES, REALS, TEXTS -> Kind.TEXT;
        };
    }

    private static boolean isFlag(String text) {
        return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
    }

    private static boolean isWhole(String text) {
        try {
            Long.parseLong(text);
            return text.length() <= WHOLE_DIGITS_MAX + 1;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isNumber(String text) {
        try {
            Double.parseDouble(text);
            return !text.isEmpty() && "dDfF".indexOf(text.charAt(text.length() - 1)) < 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isInstant(String text) {
        try {
            micros(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    /// Microseconds of an ISO time, with a zone or in UTC, or of a date.
    static long micros(String text) {
        String iso = text.length() > 10 ? text.replace(' ', 'T') : text;
        Instant instant;
        if (iso.length() == 10) {
            instant = LocalDate.parse(iso).atStartOfDay(ZoneOffset.UTC).toInstant();
        } else if (iso.endsWith("Z") || iso.lastIndexOf('+') > 10 || iso.lastIndexOf('-') > 10) {
            instant = OffsetDateTime.parse(withMinutes(iso)).toInstant();
        } else {
            instant = LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
        }
        return micros(instant);
    }

    static long micros(Instant instant) {
        try {
            return Math.addExact(
                    Math.multiplyExact(instant.getEpochSecond(), 1_000_000L),
                    instant.getNano() / 1_000);
        } catch (ArithmeticException e) {
            throw new DateTimeException("outside of what microseconds can say", e);
        }
    }

    /// PostgreSQL and others write a zone's offset as `+00`.
    private static String withMinutes(String iso) {
        int sign = Math.max(iso.lastIndexOf('+'), iso.lastIndexOf('-'));
        return sign > 10 && iso.length() - sign == 3 ? iso + ":00" : iso;
    }

    /// Appends the text as a value of that kind; when it is none, appends nothing and says what it must be.
    static String add(Values values, Kind kind, String text) {
        try {
            switch (kind) {
                case WHOLE -> ((Values.Wholes) values).add(Long.parseLong(text));
                case NUMBER -> ((Values.Numbers) values).add(Double.parseDouble(text));
                case REAL -> ((Values.Reals) values).add(Float.parseFloat(text));
                case FLAG -> ((Values.Wholes) values).add(flag(text));
                case INSTANT -> ((Values.Wholes) values).add(micros(text));
                case TEXT -> ((Values.Texts) values).add(text);
                case BYTES -> ((Values.Texts) values).add(Base64.getDecoder().decode(text));
                case WHOLES -> ((Values.Lists) values).add(wholes(text));
                case REALS -> ((Values.Lists) values).add(reals(text));
                case TEXTS -> ((Values.Lists) values).add(words(text));
            }
            return "";
        } catch (NumberFormatException | DateTimeException e) {
            return "must be of kind " + kind;
        } catch (IllegalArgumentException e) {
            return "must be base64";
        }
    }

    private static long flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "t", "1" -> 1;
            case "false", "f", "0" -> 0;
            default -> throw new NumberFormatException(text);
        };
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+", -1));
    }

    private static long[] wholes(String text) {
        return words(text).stream().mapToLong(Long::parseLong).toArray();
    }

    private static float[] reals(String text) {
        List<String> words = words(text);
        float[] values = new float[words.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.parseFloat(words.get(i));
        }
        return values;
    }
}
