package dev.mobula.training.ranker;

import dev.mobula.ranking.features.EmbeddingSpec;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.features.Slot;
import dev.mobula.training.program.Batch;
import dev.mobula.training.program.Column;
import dev.mobula.training.program.Lookup;
import dev.mobula.training.program.Tower;
import dev.mobula.training.table.RowOptimizer;
import dev.mobula.training.table.TableSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The same features in training as in serving: the parts of a feature layout as lookups, columns and tower inputs.
///
/// A lookup's keys are rows of the layout's tables, whose two reserved rows are the two reserved keys.
public final class LayoutInputs {
    private static final String USER_NUMBERS = "numbers.user";
    private static final String ITEM_NUMBERS = "numbers.item";

    private final FeatureLayout layout;
    private final List<Slot> slots;
    private final int userNumbers;
    private final int itemNumbers;

    /// @param withNumbers whether the layout's numbers are read beside its embedded features
    public LayoutInputs(FeatureLayout layout, Set<Side> sides, boolean withNumbers) {
        this.layout = layout;
        userNumbers = withNumbers && sides.contains(Side.USER) ? layout.userNumbers() : 0;
        itemNumbers = withNumbers && sides.contains(Side.ITEM) ? layout.itemNumbers() : 0;
        this.slots = layout.slots().stream().filter(slot -> sides.contains(slot.side())).toList();
    }

    /// The name of a feature's lookup.
    public static String lookup(String feature) {
        return "feature." + feature;
    }

    /// The tables that these features are looked up in, as long as the layout's.
    ///
    /// @param initialBound new rows are uniform within plus and minus this
    public List<TableSpec> tables(RowOptimizer rows, double initialBound) {
        List<EmbeddingSpec> all = layout.schema().tables();
        return slots.stream()
                .map(slot -> all.get(slot.table()))
                .distinct()
                .map(
                        table ->
                                TableSpec.of(table.name(), table.width())
                                        .with(rows)
                                        .withInitialBound(initialBound)
                                        .withRowsMax(table.rows()))
                .toList();
    }

    public List<Lookup> lookups() {
        List<EmbeddingSpec> tables = layout.schema().tables();
        return slots.stream()
                .map(
                        slot ->
                                new Lookup(
                                        lookup(slot.feature()),
                                        tables.get(slot.table()).name(),
                                        keysOf(slot)))
                .toList();
    }

    public List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        if (userNumbers > 0) {
            columns.add(new Column(USER_NUMBERS, userNumbers));
        }
        if (itemNumbers > 0) {
            columns.add(new Column(ITEM_NUMBERS, itemNumbers));
        }
        return columns;
    }

    /// The inputs of one side's tower, in the order of the layout's columns.
    public List<Tower.Input> towerInputs(Side side) {
        List<Tower.Input> inputs = new ArrayList<>();
        if (side == Side.USER && userNumbers > 0) {
            inputs.add(new Tower.Input.Numbers(USER_NUMBERS));
        }
        if (side == Side.ITEM && itemNumbers > 0) {
            inputs.add(new Tower.Input.Numbers(ITEM_NUMBERS));
        }
        for (Slot slot : slots) {
            if (slot.side() == side) {
                inputs.add(
                        isBag(slot)
                                ? new Tower.Input.Mean(lookup(slot.feature()))
                                : new Tower.Input.Embeddings(lookup(slot.feature())));
            }
        }
        return inputs;
    }

    /// The inputs of one tower that reads all sides, in the order of the layout's columns.
    public List<Tower.Input> towerInputs() {
        return Stream.of(Side.USER, Side.ITEM, Side.PAIR)
                .flatMap(side -> towerInputs(side).stream())
                .toList();
    }

    /// Writes the features of one candidate, the words of its two sides and its pairs' rows as a feature batch has them,
    /// into a row of a batch. Lookups and columns come first in the batch's order.
    public void fill(int[] user, int[] item, int[] pairs, Batch batch, int row) {
        int pair = 0;
        for (int s = 0; s < slots.size(); s++) {
            Slot slot = slots.get(s);
            long[] keys = batch.keys(s);
            switch (slot.side()) {
                case USER -> fill(slot, user, keys, row);
                case ITEM -> fill(slot, item, keys, row);
                case PAIR -> keys[row] = pairs[pair++];
            }
        }
        int column = 0;
        if (userNumbers > 0) {
            copy(user, userNumbers, batch.column(column++), row);
        }
        if (itemNumbers > 0) {
            copy(item, itemNumbers, batch.column(column), row);
        }
    }

    private static boolean isBag(Slot slot) {
        return slot.side() != Side.PAIR && slot.isBag();
    }

    private static int keysOf(Slot slot) {
        return isBag(slot) ? slot.valuesMax() : 1;
    }

    private static void fill(Slot slot, int[] words, long[] keys, int row) {
        if (!isBag(slot)) {
            keys[row] = words[slot.word()];
            return;
        }
        int from = row * slot.valuesMax();
        Arrays.fill(keys, from, from + slot.valuesMax(), Batch.MISSING);
        for (int i = 0; i < words[slot.word()]; i++) {
            keys[from + i] = words[slot.word() + 1 + i];
        }
    }

    private static void copy(int[] words, int count, float[] column, int row) {
        for (int i = 0; i < count; i++) {
            column[row * count + i] = Float.intBitsToFloat(words[i]);
        }
    }

    /// How many columns the task may add begin after.
    public int columnCount() {
        return columns().size();
    }
}
