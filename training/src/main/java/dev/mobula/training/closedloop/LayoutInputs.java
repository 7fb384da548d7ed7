package dev.mobula.training.closedloop;

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

/// The same features in training as in serving: the parts of a feature layout as lookups, columns and tower inputs.
///
/// A lookup's keys are rows of the layout's tables, whose two reserved rows are the two reserved keys.
final class LayoutInputs {
    static final String USER_NUMBERS = "userNumbers";
    static final String ITEM_NUMBERS = "itemNumbers";

    private static final double TABLE_RATE = .05;
    private static final double TABLE_BOUND = .05;

    private final FeatureLayout layout;
    private final List<Slot> slots;
    private final int userNumbers;
    private final int itemNumbers;

    /// @param withNumbers whether the layout's numbers are read beside its embedded features
    LayoutInputs(FeatureLayout layout, Set<Side> sides, boolean withNumbers) {
        this.layout = layout;
        userNumbers = withNumbers && sides.contains(Side.USER) ? layout.userNumbers() : 0;
        itemNumbers = withNumbers && sides.contains(Side.ITEM) ? layout.itemNumbers() : 0;
        this.slots = layout.slots().stream().filter(slot -> sides.contains(slot.side())).toList();
    }

    List<TableSpec> tables() {
        List<EmbeddingSpec> all = layout.schema().tables();
        return slots.stream()
                .map(slot -> all.get(slot.table()))
                .distinct()
                .map(
                        table ->
                                TableSpec.of(table.name(), table.width())
                                        .with(RowOptimizer.adagrad(TABLE_RATE))
                                        .withInitialBound(TABLE_BOUND)
                                        .withRowsMax(table.rows()))
                .toList();
    }

    List<Lookup> lookups() {
        List<EmbeddingSpec> tables = layout.schema().tables();
        return slots.stream()
                .map(
                        slot ->
                                new Lookup(
                                        slot.feature(),
                                        tables.get(slot.table()).name(),
                                        slot.isBag() ? slot.valuesMax() : 1))
                .toList();
    }

    List<Column> columns() {
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
    List<Tower.Input> towerInputs(Side side) {
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
                        slot.isBag()
                                ? new Tower.Input.Mean(slot.feature())
                                : new Tower.Input.Embeddings(slot.feature()));
            }
        }
        return inputs;
    }

    /// Writes a logged row's features into a row of a batch. Lookups and columns come first in the batch's order.
    void fill(ServedLog.Row logged, Batch batch, int row) {
        int pair = 0;
        for (int s = 0; s < slots.size(); s++) {
            Slot slot = slots.get(s);
            long[] keys = batch.keys(s);
            switch (slot.side()) {
                case USER -> fill(slot, logged.user(), keys, row);
                case ITEM -> fill(slot, logged.item(), keys, row);
                case PAIR -> keys[row] = logged.pairs()[pair++];
            }
        }
        int column = 0;
        if (userNumbers > 0) {
            copy(logged.user(), userNumbers, batch.column(column++), row);
        }
        if (itemNumbers > 0) {
            copy(logged.item(), itemNumbers, batch.column(column), row);
        }
    }

    private static void fill(Slot slot, int[] words, long[] keys, int row) {
        if (!slot.isBag()) {
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
    int columnCount() {
        return columns().size();
    }
}
