package dev.mobula.training.log;

import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.features.Slot;
import dev.mobula.training.TrainingException;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.Values;
import java.util.ArrayList;
import java.util.List;

/// A logged feature vector as named columns, and back to the same bits.
///
/// `user.age` is a number as it went into the model; `user.country` a row of an embedding table, 0 when missing;
/// `user.history` a list of such rows. Pairs are formed from these and are not stored.
public final class FeatureColumns {
    /// The note of a table that holds the feature schema as JSON.
    public static final String SCHEMA_NOTE = "mobula_feature_schema";

    private final FeatureLayout layout;
    private final List<Column> columns = new ArrayList<>();
    private final List<Slot> userSlots;
    private final List<Slot> itemSlots;

    public FeatureColumns(FeatureLayout layout) {
        this.layout = layout;
        this.userSlots = slots(Side.USER);
        this.itemSlots = slots(Side.ITEM);
        describe(Side.USER, "user.", userSlots);
        describe(Side.ITEM, "item.", itemSlots);
    }

    private List<Slot> slots(Side side) {
        return layout.slots().stream().filter(slot -> slot.side() == side).toList();
    }

    private void describe(Side side, String prefix, List<Slot> slots) {
        layout.numbers(side).forEach(name -> columns.add(Column.of(prefix + name, Kind.REAL)));
        for (Slot slot : slots) {
            columns.add(
                    Column.of(prefix + slot.feature(), slot.isBag() ? Kind.WHOLES : Kind.WHOLE));
        }
    }

    public FeatureLayout layout() {
        return layout;
    }

    /// The columns, in the order of [#add].
    public List<Column> columns() {
        return List.copyOf(columns);
    }

    /// Appends a vector to the columns from `first` on.
    public void add(FeatureVector vector, Rows rows, int first) {
        vector.requireLayout(layout);
        int userColumns = layout.numbers(Side.USER).size() + userSlots.size();
        add(vector.user(), layout.numbers(Side.USER).size(), userSlots, rows, first);
        add(vector.item(), layout.numbers(Side.ITEM).size(), itemSlots, rows, first + userColumns);
    }

    private static void add(int[] words, int numbers, List<Slot> slots, Rows rows, int first) {
        for (int i = 0; i < numbers; i++) {
            rows.reals(first + i).add(Float.intBitsToFloat(words[i]));
        }
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            int at = slot.word();
            if (slot.isBag()) {
                long[] values = new long[words[at]];
                for (int v = 0; v < values.length; v++) {
                    values[v] = words[at + 1 + v];
                }
                rows.lists(first + numbers + i).add(values);
            } else {
                rows.wholes(first + numbers + i).add(words[at]);
            }
        }
    }

    /// The vector of a row, from the columns from `first` on.
    public FeatureVector read(Rows rows, int row, int first, long id) {
        int[] user = new int[layout.userWords()];
        int[] item = new int[layout.itemWords()];
        int next = read(rows, row, first, layout.numbers(Side.USER).size(), userSlots, user);
        read(rows, row, next, layout.numbers(Side.ITEM).size(), itemSlots, item);
        return new FeatureVector(layout.fingerprint(), id, user, item);
    }

    private int read(Rows rows, int row, int first, int numbers, List<Slot> slots, int[] words) {
        for (int i = 0; i < numbers; i++) {
            words[i] = Float.floatToRawIntBits(rows.reals(first + i).get(row));
        }
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            int column = first + numbers + i;
            int at = slot.word();
            if (slot.isBag()) {
                int count = rows.lists(column).length(row);
                if (count > slot.valuesMax()) {
                    throw TrainingException.invalid(
                            "feature " + slot.feature(),
                            count + " values",
                            "must have at most " + slot.valuesMax());
                }
                long[] values = ((Values.Wholes) rows.lists(column).elements()).array();
                words[at] = count;
                for (int v = 0; v < count; v++) {
                    words[at + 1 + v] = (int) values[rows.lists(column).start(row) + v];
                }
            } else {
                words[at] = (int) rows.wholes(column).get(row);
            }
        }
        return first + numbers + slots.size();
    }
}
