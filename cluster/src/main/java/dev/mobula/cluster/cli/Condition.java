package dev.mobula.cluster.cli;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.filters.TextCode;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.roaringbitmap.longlong.Roaring64Bitmap;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A condition as it is typed, `language=de,en` or `created>=now-7d`, and the filter it stands for.
final class Condition implements ITypeConverter<Filter> {
    static final String SYNTAX =
            "NAME=A,B (one of), NAME!=A,B (none of), NAME>=A, NAME<=A, NAME&A (any of these bits), NAME!&A"
                    + " (none of these bits). A value is a whole number, a text of up to 8 bytes, 'now' or"
                    + " now-7d (also h, m, s; milliseconds since 1970). The name 'id' means the id itself.";

    private static final Pattern SHAPE = Pattern.compile("([^=!<>&]+)(!=|>=|<=|!&|=|&)(.+)");
    private static final Pattern TIME = Pattern.compile("now(?:-(\\d{1,9})([dhms]))?");
    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,19}");
    private static final Map<String, TimeUnit> UNITS =
            Map.of(
                    "d", TimeUnit.DAYS,
                    "h", TimeUnit.HOURS,
                    "m", TimeUnit.MINUTES,
                    "s", TimeUnit.SECONDS);

    private final InstantSource clock;

    Condition(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Filter convert(String typed) {
        Matcher shape = SHAPE.matcher(typed);
        if (!shape.matches()) {
            throw new TypeConversionException("'" + typed + "' is no condition: " + SYNTAX);
        }
        String name = shape.group(1).strip();
        long[] values =
                Arrays.stream(shape.group(3).split(",", -1))
                        .mapToLong(value -> value(typed, name, value.strip()))
                        .toArray();
        return switch (shape.group(2)) {
            case "=" -> oneOf(name, values);
            case "!=" -> Filter.not(oneOf(name, values));
            case ">=" -> Filter.atLeast(name, only(typed, values));
            case "<=" -> Filter.between(name, Long.MIN_VALUE, only(typed, values));
            case "&" -> Filter.anyFlag(name, only(typed, values));
            default -> Filter.noFlag(name, only(typed, values));
        };
    }

    /// All of these conditions at once.
    static Filter all(List<Filter> conditions) {
        return conditions.isEmpty()
                ? Filter.EVERYTHING
                : Filter.all(conditions.toArray(Filter[]::new));
    }

    private static Filter oneOf(String name, long[] values) {
        return name.equals("id")
                ? Filter.idIn(Roaring64Bitmap.bitmapOf(values))
                : Filter.oneOf(name, values);
    }

    private static long only(String typed, long[] values) {
        if (values.length != 1) {
            throw new TypeConversionException("'" + typed + "' takes one value");
        }
        return values[0];
    }

    private long value(String typed, String name, String value) {
        Matcher time = TIME.matcher(value);
        if (time.matches()) {
            long back =
                    time.group(1) == null
                            ? 0
                            : UNITS.getOrDefault(time.group(2), TimeUnit.SECONDS)
                                    .toMillis(Long.parseLong(time.group(1)));
            return clock.millis() - back;
        }
        try {
            return WHOLE.matcher(value).matches()
                    ? Long.parseLong(value)
                    : TextCode.of(name, value);
        } catch (NumberFormatException | RetrievalException wrong) {
            throw new TypeConversionException("'" + typed + "': " + wrong.getMessage());
        }
    }
}
