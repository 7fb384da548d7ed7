package dev.mobula.training.ranker;

import dev.mobula.ranking.features.FeatureBatch;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.features.Slot;
import dev.mobula.training.TrainingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/// Logged feature vectors with a label per head, in the form that a [RankerTask] reads.
///
/// A label that is not known is not a number and is not learned.
public final class RankerExamples {
    private final FeatureLayout layout;
    private final List<String> heads;
    private final List<float[]> userNumbers = new ArrayList<>();
    private final List<float[]> itemNumbers = new ArrayList<>();
    private final List<long[]> keys = new ArrayList<>();
    private final List<float[]> labels = new ArrayList<>();
    private final FeatureBatch reader;
    private final CRC32 fingerprint = new CRC32();

    /// Of vectors of this layout; a sequence that an encoder reads is not supported.
    public RankerExamples(FeatureLayout layout, List<String> heads) {
        this.layout = layout;
        this.heads = List.copyOf(heads);
        this.reader = new FeatureBatch(layout, 1);
        for (Slot slot : layout.slots()) {
            if (!slot.encoder().isEmpty()) {
                throw TrainingException.invalid(
                        "encoder of feature '" + slot.feature() + "'",
                        slot.encoder(),
                        "a ranker is trained on averaged sequences only");
            }
        }
        if (heads.isEmpty()) {
            throw TrainingException.invalid("heads", heads, "a ranker has at least one");
        }
    }

    /// Adds what was logged of one candidate, and what happened.
    ///
    /// @param given one label per head
    public void add(FeatureVector vector, float... given) {
        if (given.length != heads.size()) {
            throw TrainingException.invalid(
                    "labels", given.length, "must be one for each of " + heads);
        }
        reader.replay(vector);
        userNumbers.add(floats(reader.userRow(), layout.userNumbers()));
        itemNumbers.add(floats(reader.itemRows(), layout.itemNumbers()));
        List<Long> rows = new ArrayList<>();
        int pair = 0;
        for (Slot slot : layout.slots()) {
            switch (slot.side()) {
                case USER -> append(rows, slot, reader.userRow());
                case ITEM -> append(rows, slot, reader.itemRows());
                case PAIR -> rows.add(RankerTask.key(reader.pairRows()[pair++]));
            }
        }
        keys.add(rows.stream().mapToLong(Long::longValue).toArray());
        labels.add(given.clone());
        fingerprint.update(vector.toBytes());
        for (float label : given) {
            fingerprint.update(Float.hashCode(label));
        }
    }

    private static float[] floats(int[] words, int count) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = Float.intBitsToFloat(words[i]);
        }
        return floats;
    }

    /// A bag is filled up with zeros, which stand for nothing.
    private static void append(List<Long> rows, Slot slot, int[] words) {
        if (!slot.isBag()) {
            rows.add(RankerTask.key(words[slot.word()]));
            return;
        }
        int count = words[slot.word()];
        for (int i = 0; i < slot.valuesMax(); i++) {
            rows.add(i < count ? RankerTask.key(words[slot.word() + 1 + i]) : 0L);
        }
    }

    public FeatureLayout layout() {
        return layout;
    }

    public List<String> heads() {
        return heads;
    }

    public int size() {
        return labels.size();
    }

    float[] userNumbers(int example) {
        return userNumbers.get(example);
    }

    float[] itemNumbers(int example) {
        return itemNumbers.get(example);
    }

    /// The keys of all slots, one after the other.
    long[] keys(int example) {
        return keys.get(example);
    }

    float[] labels(int example) {
        return labels.get(example);
    }

    String fingerprint() {
        return "%s-%d-%08x".formatted(layout.fingerprint(), size(), fingerprint.getValue());
    }

    static boolean isBag(Slot slot) {
        return slot.side() != Side.PAIR && slot.isBag();
    }

    @Override
    public String toString() {
        return "RankerExamples[size="
                + size()
                + ", heads="
                + Arrays.toString(heads.toArray())
                + "]";
    }
}
