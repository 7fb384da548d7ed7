package dev.mobula.retrieval.filters;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.List;
import org.roaringbitmap.longlong.ImmutableLongBitmapDataProvider;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/// A condition that every found item meets, over its id and its attributes.
///
/// ```java
/// Filter.all(
///     Filter.oneOfTexts("language", "de", "en"),
///     Filter.atLeast("created", yesterdayMillis),
///     Filter.noFlag("labels", SPAM | ADULT))
/// ```
public sealed interface Filter {
    /// Everything passes.
    record Everything() implements Filter {}

    /// The id is in the set. The bitmap is owned by the filter and must not change.
    record IdIn(Roaring64Bitmap ids) implements Filter {}

    /// The attribute is one of the values, of which there may be thousands.
    record OneOf(String column, Roaring64Bitmap values) implements Filter {}

    /// `min <= attribute <= max`.
    record Between(String column, long min, long max) implements Filter {
        public Between {
            if (min > max) {
                throw invalid(column + ".min", min, "must be at most max=" + max);
            }
        }
    }

    /// At least one of the flags is set.
    record AnyFlag(String column, long flags) implements Filter {}

    /// Every condition holds.
    record All(List<Filter> parts) implements Filter {
        public All {
            parts = List.copyOf(parts);
        }
    }

    /// At least one condition holds.
    record Any(List<Filter> parts) implements Filter {
        public Any {
            parts = List.copyOf(parts);
        }
    }

    /// The condition does not hold.
    record Not(Filter part) implements Filter {}

    Filter EVERYTHING = new Everything();

    static Filter idIn(ImmutableLongBitmapDataProvider ids) {
        Roaring64Bitmap copy = new Roaring64Bitmap();
        ids.forEach(copy::addLong);
        return new IdIn(copy);
    }

    static Filter oneOf(String column, long... values) {
        return new OneOf(column, Roaring64Bitmap.bitmapOf(values));
    }

    /// The attribute is the [TextCode] of one of these short texts.
    static Filter oneOfTexts(String column, String... texts) {
        long[] codes = new long[texts.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = TextCode.of(column, texts[i]);
        }
        return oneOf(column, codes);
    }

    static Filter between(String column, long min, long max) {
        return new Between(column, min, max);
    }

    static Filter atLeast(String column, long min) {
        return new Between(column, min, Long.MAX_VALUE);
    }

    static Filter anyFlag(String column, long flags) {
        return new AnyFlag(column, flags);
    }

    static Filter noFlag(String column, long flags) {
        return new Not(new AnyFlag(column, flags));
    }

    static Filter all(Filter... parts) {
        return new All(List.of(parts));
    }

    static Filter any(Filter... parts) {
        return new Any(List.of(parts));
    }

    static Filter not(Filter part) {
        return new Not(part);
    }
}
