package dev.mobula.training.ranker;

import dev.mobula.ranking.features.FeatureBatch;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.ranking.features.Slot;
import dev.mobula.training.TrainingException;
import dev.mobula.training.program.Batch;
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
    private final List<int[]> users = new ArrayList<>();
    private final List<int[]> items = new ArrayList<>();
    private final List<int[]> pairs = new ArrayList<>();
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
        users.add(reader.userRow().clone());
        items.add(reader.itemRows().clone());
        pairs.add(reader.pairRows().clone());
        labels.add(given.clone());
        fingerprint.update(vector.toBytes());
        for (float label : given) {
            fingerprint.update(Float.hashCode(label));
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

    /// Writes an example's features into a row of a batch.
    void fill(int example, LayoutInputs inputs, Batch batch, int row) {
        inputs.fill(users.get(example), items.get(example), pairs.get(example), batch, row);
    }

    float[] labels(int example) {
        return labels.get(example);
    }

    String fingerprint() {
        return "%s-%d-%08x".formatted(layout.fingerprint(), size(), fingerprint.getValue());
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
