package dev.mobula.ranking.model;

import dev.mobula.ranking.features.FeatureBatch;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.features.Slot;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Turns the rows of a batch into a model's input: numbers copied, table rows looked up. Used by one thread.
///
/// The user's columns are formed once and copied; an empty bag is zeros, a bag is the average of its embeddings.
public final class InputAssembler {
    private final FeatureLayout layout;
    private final float[][] tables;
    private final Slot[] userSlots;
    private final Slot[] itemSlots;
    private final Slot[] pairSlots;
    private final Map<String, SequenceEncoder.Session> encoders = new HashMap<>();
    private final float[] events;

    public InputAssembler(RankingModel model) {
        this.layout = model.layout();
        this.tables = model.tables().toArray(float[][]::new);
        this.userSlots = slots(layout.slots(), Side.USER);
        this.itemSlots = slots(layout.slots(), Side.ITEM);
        this.pairSlots = slots(layout.slots(), Side.PAIR);
        model.encoders().forEach((name, encoder) -> encoders.put(name, encoder.open()));
        this.events =
                new float
                        [layout.slots().stream()
                                .mapToInt(slot -> slot.valuesMax() * slot.width())
                                .max()
                                .orElse(0)];
    }

    private static Slot[] slots(List<Slot> all, Side side) {
        return all.stream().filter(slot -> slot.side() == side).toArray(Slot[]::new);
    }

    /// An input with room for as many candidates.
    public ModelInput newInput(int candidatesMax) {
        return new ModelInput(candidatesMax, layout.width(), layout.sharedWidth());
    }

    public void fill(FeatureBatch batch, ModelInput input) {
        int rows = batch.size();
        input.setRows(rows);
        if (rows == 0) {
            return;
        }
        float[] x = input.values();
        int stride = input.stride();
        fillUser(batch.userRow(), x);
        for (int row = 1; row < rows; row++) {
            System.arraycopy(x, 0, x, row * stride, layout.sharedWidth());
        }
        int words = layout.itemWords();
        for (int row = 0; row < rows; row++) {
            int to = row * stride;
            copyNumbers(
                    batch.itemRows(),
                    row * words,
                    layout.itemNumbers(),
                    x,
                    to + layout.sharedWidth());
            for (Slot slot : itemSlots) {
                embed(slot, batch.itemRows(), row * words + slot.word(), x, to + slot.column());
            }
            for (int p = 0; p < pairSlots.length; p++) {
                int at = row * pairSlots.length + p;
                embed(pairSlots[p], batch.pairRows(), at, x, to + pairSlots[p].column());
            }
        }
    }

    private void fillUser(int[] user, float[] x) {
        copyNumbers(user, 0, layout.userNumbers(), x, 0);
        for (Slot slot : userSlots) {
            if (slot.encoder().isEmpty()) {
                embed(slot, user, slot.word(), x, slot.column());
            } else {
                encode(slot, user, x);
            }
        }
    }

    private void encode(Slot slot, int[] user, float[] x) {
        int count = user[slot.word()];
        int width = slot.width();
        for (int i = 0; i < count; i++) {
            int tableRow = user[slot.word() + 1 + i];
            System.arraycopy(tables[slot.table()], tableRow * width, events, i * width, width);
        }
        Objects.requireNonNull(encoders.get(slot.encoder()))
                .encode(events, count, x, slot.column());
    }

    private static void copyNumbers(int[] words, int from, int count, float[] x, int to) {
        for (int i = 0; i < count; i++) {
            x[to + i] = Float.intBitsToFloat(words[from + i]);
        }
    }

    private void embed(Slot slot, int[] words, int at, float[] x, int to) {
        float[] table = tables[slot.table()];
        int width = slot.width();
        if (!slot.isBag()) {
            System.arraycopy(table, words[at] * width, x, to, width);
            return;
        }
        int count = words[at];
        Arrays.fill(x, to, to + width, 0f);
        for (int i = 0; i < count; i++) {
            int from = words[at + 1 + i] * width;
            for (int j = 0; j < width; j++) {
                x[to + j] += table[from + j] / count;
            }
        }
    }
}
