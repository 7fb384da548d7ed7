package dev.mobula.ranking.features;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/*
 * A row of one side, in 32-bit words:
 *
 *     | numbers (dense and counters, as float bits) | table rows of embedded features | counter times |
 *     |<------------------------ words ------------------------------------------------>|
 *     |<------------------------ storedWords -------------------------------------------------------->|
 *
 * A stored row keeps counters raw with the second they were last touched. Freezing a row at a moment decays and
 * scales them; a frozen row has no times, is what a model reads and is what gets logged. Everything else is encoded
 * when the row is made, so freezing copies words and touches counters only.
 */
final class SideLayout {
    private final List<Numeric> numerics;
    private final Map<String, Numeric> numericsByName = new HashMap<>();
    private final List<Embedded> embedded;
    private final int[] counterWords;
    private final int words;

    SideLayout(List<Numeric> numerics, List<Embedded> embedded) {
        this.numerics = List.copyOf(numerics);
        this.embedded = List.copyOf(embedded);
        this.words =
                numerics.size() + embedded.stream().mapToInt(part -> part.slot().words()).sum();
        this.counterWords =
                numerics.stream().filter(Numeric::isCounter).mapToInt(Numeric::word).toArray();
        numerics.forEach(numeric -> numericsByName.put(numeric.name(), numeric));
    }

    /// A number: dense when `halfLifeSeconds` is zero.
    record Numeric(String name, int word, Scaling scaling, double missing, double halfLifeSeconds) {
        boolean isCounter() {
            return halfLifeSeconds > 0;
        }

        float decayed(float value, long fromSeconds, long nowSeconds) {
            long age = Math.max(0, nowSeconds - fromSeconds);
            return (float) (value * StrictMath.pow(2.0, -age / halfLifeSeconds));
        }
    }

    /// An embedded feature with what it takes to find its rows.
    record Embedded(Slot slot, long salt, Map<String, Integer> vocabulary, int left, int right) {
        boolean isCross() {
            return left >= 0;
        }
    }

    int words() {
        return words;
    }

    int storedWords() {
        return words + counterWords.length;
    }

    int numericCount() {
        return numerics.size();
    }

    List<String> numericNames() {
        return numerics.stream().map(Numeric::name).toList();
    }

    /// Encodes raw values into a stored row, or refuses naming the field and its value.
    int[] encode(Map<String, FeatureValue> values, Set<String> known) {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw invalid(name, "is not a feature of this side; known: " + known);
            }
        }
        int[] row = new int[storedWords()];
        int times = words;
        for (Numeric numeric : numerics) {
            FeatureValue value = values.get(numeric.name());
            if (numeric.isCounter()) {
                row[times++] = putCounter(row, numeric, value);
            } else {
                row[numeric.word()] = Float.floatToRawIntBits(denseOf(numeric, value));
            }
        }
        for (Embedded part : embedded) {
            if (part.isCross()) {
                row[part.slot().word()] = crossRow(part, row[part.left()], row[part.right()]);
            } else {
                FeatureValue value = values.get(part.slot().feature());
                if (value != null) {
                    putEmbedded(row, part, value);
                }
            }
        }
        return row;
    }

    private static float denseOf(Numeric numeric, @Nullable FeatureValue value) {
        double raw =
                switch (value) {
                    case null -> numeric.missing();
                    case FeatureValue.Amount number -> number.value();
                    default -> throw wrongKind(numeric.name(), value, "a number");
                };
        float scaled = numeric.scaling().apply(raw);
        if (!Float.isFinite(scaled)) {
            throw invalid(numeric.name(), "= " + raw + " is not finite");
        }
        return scaled;
    }

    private static int putCounter(int[] row, Numeric numeric, @Nullable FeatureValue value) {
        if (value == null) {
            return 0;
        }
        if (!(value instanceof FeatureValue.Count(double count, long atSeconds))) {
            throw wrongKind(numeric.name(), value, "a count with its time");
        }
        if (!Float.isFinite((float) count)) {
            throw invalid(numeric.name(), "= " + count + " is not finite");
        }
        if (atSeconds < 0 || atSeconds > 0xffff_ffffL) {
            throw invalid(numeric.name(), "atSeconds=" + atSeconds + " is outside 1970..2106");
        }
        row[numeric.word()] = Float.floatToRawIntBits((float) count);
        return (int) atSeconds;
    }

    private static void putEmbedded(int[] row, Embedded part, FeatureValue value) {
        Slot slot = part.slot();
        if (slot.isBag()) {
            switch (value) {
                case FeatureValue.Texts texts -> {
                    int first = firstKept(slot, texts.values().size());
                    int count = Math.min(texts.values().size(), slot.valuesMax());
                    row[slot.word()] = count;
                    for (int i = 0; i < count; i++) {
                        row[slot.word() + 1 + i] = textRow(part, texts.values().get(first + i));
                    }
                }
                case FeatureValue.Ids ids -> {
                    int first = firstKept(slot, ids.values().size());
                    int count = Math.min(ids.values().size(), slot.valuesMax());
                    row[slot.word()] = count;
                    for (int i = 0; i < count; i++) {
                        row[slot.word() + 1 + i] = idRow(part, ids.values().get(first + i));
                    }
                }
                default -> throw wrongKind(slot.feature(), value, "a list of texts or ids");
            }
        } else {
            row[slot.word()] =
                    switch (value) {
                        case FeatureValue.Text text -> textRow(part, text.value());
                        case FeatureValue.Id id -> idRow(part, id.value());
                        default -> throw wrongKind(slot.feature(), value, "one text or id");
                    };
        }
    }

    // A sequence is as long as its history, so the newest stay; a set of values keeps its first.
    private static int firstKept(Slot slot, int given) {
        return slot.keepsNewest() ? Math.max(0, given - slot.valuesMax()) : 0;
    }

    private static int textRow(Embedded part, String value) {
        if (part.vocabulary().isEmpty()) {
            return FeatureHash.row(FeatureHash.text(part.salt(), value), part.slot().tableRows());
        }
        return part.vocabulary().getOrDefault(value, EmbeddingSpec.UNKNOWN_ROW);
    }

    private static int idRow(Embedded part, long value) {
        if (part.vocabulary().isEmpty()) {
            return FeatureHash.row(FeatureHash.id(part.salt(), value), part.slot().tableRows());
        }
        return part.vocabulary().getOrDefault(Long.toString(value), EmbeddingSpec.UNKNOWN_ROW);
    }

    static int crossRow(Embedded cross, int left, int right) {
        if (left == EmbeddingSpec.MISSING_ROW || right == EmbeddingSpec.MISSING_ROW) {
            return EmbeddingSpec.MISSING_ROW;
        }
        long pair = ((long) left << 32) | (right & 0xffff_ffffL);
        return FeatureHash.row(FeatureHash.id(cross.salt(), pair), cross.slot().tableRows());
    }

    /// Copies a stored row as it reads at a moment. False, with nothing promised, when a number is not finite.
    boolean freeze(int[] stored, int from, int[] frozen, int to, long nowSeconds) {
        System.arraycopy(stored, from, frozen, to, words);
        for (int c = 0; c < counterWords.length; c++) {
            Numeric counter = numerics.get(counterWords[c]);
            float raw = Float.intBitsToFloat(stored[from + counter.word()]);
            long since = stored[from + words + c] & 0xffff_ffffL;
            float value = raw == 0f ? 0f : counter.decayed(raw, since, nowSeconds);
            frozen[to + counter.word()] = Float.floatToRawIntBits(counter.scaling().apply(value));
        }
        return numbersAreFinite(frozen, to);
    }

    private boolean numbersAreFinite(int[] row, int from) {
        int exponent = 0x7f80_0000;
        boolean finite = true;
        for (int i = 0; i < numerics.size(); i++) {
            finite &= (row[from + i] & exponent) != exponent;
        }
        return finite;
    }

    /// Adds to a counter of a stored row, decaying what stood there to the moment of the later event.
    void add(int[] stored, int from, String counter, double amount, long atSeconds) {
        Numeric numeric = requireCounter(counter);
        int time = from + words + counterIndex(numeric.word());
        long since = stored[time] & 0xffff_ffffL;
        long latest = Math.max(since, atSeconds);
        float before = Float.intBitsToFloat(stored[from + numeric.word()]);
        float sum =
                numeric.decayed(before, since, latest)
                        + numeric.decayed((float) amount, atSeconds, latest);
        if (!Float.isFinite(sum)) {
            throw invalid(counter, "+ " + amount + " is not finite");
        }
        stored[from + numeric.word()] = Float.floatToRawIntBits(sum);
        stored[time] = (int) latest;
    }

    private Numeric requireCounter(String name) {
        Numeric numeric = numericsByName.get(name);
        if (numeric == null || !numeric.isCounter()) {
            throw invalid(name, "is not a counter of this side");
        }
        return numeric;
    }

    private int counterIndex(int word) {
        for (int c = 0; c < counterWords.length; c++) {
            if (counterWords[c] == word) {
                return c;
            }
        }
        throw new IllegalStateException("no counter at word " + word);
    }

    /// Refuses a frozen row that did not come from this layout.
    void check(String what, int[] row, int from) {
        for (Numeric numeric : numerics) {
            float value = Float.intBitsToFloat(row[from + numeric.word()]);
            if (!Float.isFinite(value)) {
                throw invalid(numeric.name(), "= " + value + " in " + what + " is not finite");
            }
        }
        for (Embedded part : embedded) {
            checkRows(what, part.slot(), row, from);
        }
    }

    private static void checkRows(String what, Slot slot, int[] row, int from) {
        int at = from + slot.word();
        int count = slot.isBag() ? row[at++] : 1;
        if (count < 0 || count > slot.valuesMax()) {
            throw invalid(slot.feature(), "has " + count + " values in " + what);
        }
        for (int i = 0; i < count; i++) {
            int tableRow = row[at + i];
            if (tableRow < 0 || tableRow >= slot.tableRows()) {
                throw invalid(
                        slot.feature(),
                        "= row %d of %d in %s".formatted(tableRow, slot.tableRows(), what));
            }
        }
    }

    /// Adds what a frozen row says.
    void describe(Side side, int[] row, List<FeatureLayout.Reading> readings) {
        for (Numeric numeric : numerics) {
            String value = Float.toString(Float.intBitsToFloat(row[numeric.word()]));
            readings.add(new FeatureLayout.Reading(numeric.name(), side, value));
        }
        for (Embedded part : embedded) {
            Slot slot = part.slot();
            int from = slot.word();
            String value =
                    slot.isBag()
                            ? Arrays.stream(row, from + 1, from + 1 + row[from])
                                    .mapToObj(Integer::toString)
                                    .collect(Collectors.joining(", ", "rows [", "]"))
                            : readRow(row[from]);
            readings.add(new FeatureLayout.Reading(slot.feature(), side, value));
        }
    }

    private static String readRow(int row) {
        return switch (row) {
            case EmbeddingSpec.MISSING_ROW -> "missing";
            case EmbeddingSpec.UNKNOWN_ROW -> "unknown";
            default -> "row " + row;
        };
    }

    private static RankingException wrongKind(String name, FeatureValue value, String wanted) {
        return invalid(name, "= " + value + ", wanted " + wanted);
    }

    private static RankingException invalid(String name, String what) {
        return new RankingException(Code.INVALID_FEATURE, "feature '" + name + "' " + what);
    }
}
