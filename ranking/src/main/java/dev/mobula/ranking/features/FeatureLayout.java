package dev.mobula.ranking.features;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.features.SideLayout.Embedded;
import dev.mobula.ranking.features.SideLayout.Numeric;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A schema compiled into places: which word of a row and which columns of a model's input each feature has.
///
/// Input columns are `user numbers, user embeddings | item numbers, item embeddings, pair embeddings`: what all
/// candidates of a request share comes first.
public final class FeatureLayout {
    private final FeatureSchema schema;
    private final String fingerprint;
    private final SideLayout user;
    private final SideLayout item;
    private final List<Slot> slots;
    private final List<Embedded> pairs;
    private final Set<String> userFeatures = new HashSet<>();
    private final Set<String> itemFeatures = new HashSet<>();
    private final int sharedWidth;
    private final int width;

    private FeatureLayout(FeatureSchema schema) {
        this.schema = schema;
        this.fingerprint = schema.fingerprint();
        Map<String, Slot> placed = new HashMap<>();
        Columns columns = new Columns(schema, placed);
        Part userPart = columns.side(Side.USER, userFeatures);
        this.sharedWidth = columns.next;
        Part itemPart = columns.side(Side.ITEM, itemFeatures);
        this.pairs = columns.pairs();
        this.width = columns.next;
        this.user = new SideLayout(userPart.numerics, userPart.embedded);
        this.item = new SideLayout(itemPart.numerics, itemPart.embedded);
        List<Slot> all = new ArrayList<>();
        userPart.embedded.forEach(part -> all.add(part.slot()));
        itemPart.embedded.forEach(part -> all.add(part.slot()));
        pairs.forEach(part -> all.add(part.slot()));
        this.slots = List.copyOf(all);
    }

    public static FeatureLayout of(FeatureSchema schema) {
        return new FeatureLayout(schema);
    }

    public FeatureSchema schema() {
        return schema;
    }

    public String fingerprint() {
        return fingerprint;
    }

    /// Columns of the model's input.
    public int width() {
        return width;
    }

    /// Leading columns that are the same for every candidate of a request.
    public int sharedWidth() {
        return sharedWidth;
    }

    /// Embedded features in column order.
    public List<Slot> slots() {
        return slots;
    }

    /// Names of the features that a user's values may have.
    public Set<String> userFeatures() {
        return Set.copyOf(userFeatures);
    }

    public int userNumbers() {
        return user.numericCount();
    }

    public int itemNumbers() {
        return item.numericCount();
    }

    /// Names of one side's numbers, in the order of their words: the first of a row.
    public List<String> numbers(Side side) {
        return switch (side) {
            case USER -> user.numericNames();
            case ITEM -> item.numericNames();
            case PAIR -> List.of();
        };
    }

    /// Words of a frozen user row.
    public int userWords() {
        return user.words();
    }

    /// Words of a frozen item row.
    public int itemWords() {
        return item.words();
    }

    public int itemStoredWords() {
        return item.storedWords();
    }

    /// Encodes a user's (or a request's) values, or refuses naming the field and the value.
    public int[] encodeUser(Map<String, FeatureValue> values) {
        return user.encode(values, userFeatures);
    }

    /// Encodes an item's values, or refuses naming the field and the value.
    public int[] encodeItem(Map<String, FeatureValue> values) {
        return item.encode(values, itemFeatures);
    }

    boolean freezeUser(int[] stored, int[] frozen, long nowSeconds) {
        return user.freeze(stored, 0, frozen, 0, nowSeconds);
    }

    boolean freezeItem(int[] stored, int from, int[] frozen, int to, long nowSeconds) {
        return item.freeze(stored, from, frozen, to, nowSeconds);
    }

    void addToItemCounter(int[] stored, int from, String counter, double amount, long atSeconds) {
        item.add(stored, from, counter, amount, atSeconds);
    }

    /// Refuses frozen rows that this layout cannot have made.
    public void check(int[] userRow, int[] itemRow) {
        if (userRow.length != user.words() || itemRow.length != item.words()) {
            throw new RankingException(
                    Code.MISMATCH,
                    "rows of %d and %d words, schema '%s' has %d and %d"
                            .formatted(
                                    userRow.length,
                                    itemRow.length,
                                    schema.name(),
                                    user.words(),
                                    item.words()));
        }
        user.check("the user row", userRow, 0);
        item.check("the item row", itemRow, 0);
    }

    /// One feature as a logged vector holds it, for people.
    public record Reading(String feature, Side side, String reading) {}

    /// What a vector says, feature by feature.
    public List<Reading> describe(FeatureVector vector) {
        vector.requireLayout(this);
        List<Reading> readings = new ArrayList<>();
        user.describe(Side.USER, vector.user(), readings);
        item.describe(Side.ITEM, vector.item(), readings);
        for (int p = 0; p < pairs.size(); p++) {
            int row = pairRow(p, vector.user(), vector.item(), 0);
            readings.add(new Reading(pairs.get(p).slot().feature(), Side.PAIR, "row " + row));
        }
        return readings;
    }

    /// The table row of pair `index`, formed from frozen rows.
    int pairRow(int index, int[] userRow, int[] items, int itemFrom) {
        Embedded cross = pairs.get(index);
        return SideLayout.crossRow(cross, userRow[cross.left()], items[itemFrom + cross.right()]);
    }

    int pairCount() {
        return pairs.size();
    }

    private record Part(List<Numeric> numerics, List<Embedded> embedded) {}

    /// Hands out words and columns in order.
    private static final class Columns {
        private final FeatureSchema schema;
        private final Map<String, Slot> placed;
        private final Map<String, Integer> tableIndex = new HashMap<>();
        private int next;

        Columns(FeatureSchema schema, Map<String, Slot> placed) {
            this.schema = schema;
            this.placed = placed;
            schema.tables().forEach(table -> tableIndex.put(table.name(), tableIndex.size()));
        }

        Part side(Side side, Set<String> names) {
            List<Numeric> numerics = new ArrayList<>();
            for (Feature feature : schema.features()) {
                if (feature instanceof Feature.Dense it && it.side() == side) {
                    numerics.add(
                            new Numeric(it.name(), numerics.size(), it.scaling(), it.missing(), 0));
                } else if (feature instanceof Feature.Counter it && it.side() == side) {
                    numerics.add(
                            new Numeric(
                                    it.name(),
                                    numerics.size(),
                                    it.scaling(),
                                    0,
                                    it.halfLifeSeconds()));
                }
            }
            numerics.forEach(numeric -> names.add(numeric.name()));
            next += numerics.size();
            return new Part(numerics, embedded(side, numerics.size(), names));
        }

        private List<Embedded> embedded(Side side, int firstWord, Set<String> names) {
            List<Embedded> parts = new ArrayList<>();
            int word = firstWord;
            for (Feature feature : schema.features()) {
                if (sideOf(feature) != side) {
                    continue;
                }
                Embedded part = embed(feature, side, word);
                if (part == null) {
                    continue;
                }
                parts.add(part);
                placed.put(feature.name(), part.slot());
                word += part.slot().words();
                if (!part.isCross()) {
                    names.add(feature.name());
                }
            }
            return parts;
        }

        List<Embedded> pairs() {
            List<Embedded> parts = new ArrayList<>();
            for (Feature feature : schema.features()) {
                if (feature instanceof Feature.Cross cross && sideOf(cross) == Side.PAIR) {
                    boolean userFirst = slotOf(cross.left()).side() == Side.USER;
                    Slot slot = slot(cross.name(), Side.PAIR, -1, cross.table());
                    int onUser = slotOf(userFirst ? cross.left() : cross.right()).word();
                    int onItem = slotOf(userFirst ? cross.right() : cross.left()).word();
                    long salt = FeatureHash.salt(cross.name());
                    parts.add(new Embedded(slot, salt, Map.of(), onUser, onItem));
                }
            }
            return parts;
        }

        private @Nullable Embedded embed(Feature feature, Side side, int word) {
            long salt = FeatureHash.salt(feature.name());
            return switch (feature) {
                case Feature.Dense _, Feature.Counter _ -> null;
                case Feature.Categorical it ->
                        new Embedded(
                                slot(it.name(), side, word, it.table()),
                                salt,
                                rowsByValue(it.vocabulary()),
                                -1,
                                -1);
                case Feature.MultiValued it ->
                        new Embedded(
                                bag(it.name(), side, word, it.table(), it.valuesMax(), "", false),
                                salt,
                                Map.of(),
                                -1,
                                -1);
                case Feature.Sequence it ->
                        new Embedded(
                                bag(
                                        it.name(),
                                        side,
                                        word,
                                        it.table(),
                                        it.eventsMax(),
                                        it.encoder(),
                                        true),
                                salt,
                                Map.of(),
                                -1,
                                -1);
                case Feature.Cross it ->
                        new Embedded(
                                slot(it.name(), side, word, it.table()),
                                salt,
                                Map.of(),
                                slotOf(it.left()).word(),
                                slotOf(it.right()).word());
            };
        }

        private Slot slot(String name, Side side, int word, String table) {
            return place(name, side, word, table, false, 1, "", false);
        }

        private Slot bag(
                String name,
                Side side,
                int word,
                String table,
                int valuesMax,
                String encoder,
                boolean keepsNewest) {
            return place(name, side, word, table, true, valuesMax, encoder, keepsNewest);
        }

        private Slot place(
                String name,
                Side side,
                int word,
                String table,
                boolean isBag,
                int valuesMax,
                String encoder,
                boolean keepsNewest) {
            EmbeddingSpec spec = schema.table(table);
            int column = next;
            next += spec.width();
            return new Slot(
                    name,
                    side,
                    word,
                    isBag,
                    valuesMax,
                    tableIndex.getOrDefault(table, -1),
                    spec.rows(),
                    column,
                    spec.width(),
                    encoder,
                    keepsNewest);
        }

        private Side sideOf(Feature feature) {
            return switch (feature) {
                case Feature.Dense it -> it.side();
                case Feature.Counter it -> it.side();
                case Feature.Categorical it -> it.side();
                case Feature.MultiValued it -> it.side();
                case Feature.Sequence it -> it.side();
                case Feature.Cross it -> {
                    Side left = declaredSide(it.left());
                    yield left == declaredSide(it.right()) ? left : Side.PAIR;
                }
            };
        }

        private Side declaredSide(String categorical) {
            for (Feature feature : schema.features()) {
                if (feature instanceof Feature.Categorical it && it.name().equals(categorical)) {
                    return it.side();
                }
            }
            throw new IllegalStateException("schema was checked: '" + categorical + "'");
        }

        private Slot slotOf(String name) {
            Slot slot = placed.get(name);
            if (slot == null) {
                throw new IllegalStateException("schema was checked: '" + name + "'");
            }
            return slot;
        }

        private static Map<String, Integer> rowsByValue(List<String> vocabulary) {
            Map<String, Integer> rows = new HashMap<>();
            for (String value : vocabulary) {
                rows.putIfAbsent(value, EmbeddingSpec.FIRST_ROW + rows.size());
            }
            return rows;
        }
    }
}
