package dev.mobula.training.sequence;

import dev.mobula.training.TrainingException;
import dev.mobula.training.data.Sequences;
import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.Share;
import dev.mobula.training.program.Batch;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Sequences with their targets and negatives, those of like length in one batch.
///
/// Everything drawn for a sequence depends on seed, epoch and person alone, so it is the same for any number of workers.
final class NextItemSource implements BatchSource {
    private static final int FIRST_KEY = 2;
    private static final double LENGTH_NOISE = 2;
    private static final long PRIME = 0x9E3779B97F4A7C15L;

    private final Sequences sequences;
    private final NextItemOptions options;
    private final float[] startsIn;
    private final float[] startsOut;
    private final Share share;
    private final long seed;
    private final int[] people;
    private final BitSet held;
    private int epoch = -1;
    private int[][] batches = {};
    private int next;

    NextItemSource(
            Sequences sequences,
            NextItemOptions options,
            float[] startsIn,
            float[] startsOut,
            Share share,
            long seed) {
        this.sequences = sequences;
        this.options = options;
        this.startsIn = startsIn;
        this.startsOut = startsOut;
        this.share = share;
        this.seed = seed;
        this.held = new BitSet(sequences.items());
        this.people =
                IntStream.range(0, sequences.users())
                        .filter(user -> sequences.itemsOf()[user].length > 1)
                        .toArray();
    }

    /// An item's key in both tables.
    static long key(int item) {
        return item + (long) FIRST_KEY;
    }

    @Override
    public boolean next(Batch batch) {
        if (next == batches.length) {
            if (epoch + 1 >= options.epochs() || people.length == 0) {
                return false;
            }
            begin(epoch + 1);
        }
        int[] rows = batches[next++];
        int from = share.from(rows.length);
        int to = share.to(rows.length);
        batch.setRows(to - from);
        for (int i = 0; i < 2; i++) {
            Arrays.fill(batch.keys(i), Batch.MISSING);
            Arrays.fill(batch.column(i), 0f);
        }
        for (int row = from; row < to; row++) {
            fill(batch, row - from, rows[row]);
        }
        return true;
    }

    /// Orders people by length, nearly, cuts them into batches and shuffles those.
    private void begin(int newEpoch) {
        epoch = newEpoch;
        next = 0;
        SplittableRandom random = new SplittableRandom(seed * 31 + epoch);
        double[] keys = new double[people.length];
        Integer[] order = new Integer[people.length];
        for (int i = 0; i < keys.length; i++) {
            int length = Math.min(sequences.itemsOf()[people[i]].length, options.eventsMax() + 1);
            keys[i] = length + LENGTH_NOISE * random.nextDouble();
            order[i] = i;
        }
        Arrays.sort(order, (a, b) -> Double.compare(keys[a], keys[b]));
        batches = new int[Math.ceilDiv(order.length, options.batchRows())][];
        for (int b = 0; b < batches.length; b++) {
            int from = b * options.batchRows();
            int to = Math.min(order.length, from + options.batchRows());
            batches[b] = IntStream.range(from, to).map(i -> people[order[i]]).toArray();
        }
        for (int i = batches.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int[] batch = batches[i];
            batches[i] = batches[j];
            batches[j] = batch;
        }
    }

    private void fill(Batch batch, int row, int user) {
        SplittableRandom random = new SplittableRandom(((seed * 31 + epoch) * PRIME) ^ user);
        int[] all = sequences.itemsOf()[user];
        int length = Math.min(options.eventsMax(), all.length - 1);
        int start = random.nextInt(all.length - length);
        int at = (row + 1) * options.eventsMax() - length;
        held.clear();
        for (int p = 0; p < length; p++) {
            int event = all[start + p];
            int target = all[start + p + gap(random, length - p)];
            put(batch, 0, at + p, event, startsIn);
            put(batch, 1, at + p, target, startsOut);
            held.set(event);
        }
        held.set(all[start + length]);
        for (int n = 0; n < options.negatives(); n++) {
            int item = random.nextInt(sequences.items());
            while (held.get(item)) {
                item = random.nextInt(sequences.items());
            }
            put(batch, 2, row * options.negatives() + n, item, startsOut);
        }
    }

    private void put(Batch batch, int lookup, int at, int item, float[] starts) {
        int width = options.width();
        batch.keys(lookup)[at] = key(item);
        System.arraycopy(starts, item * width, batch.column(lookup), at * width, width);
    }

    /// Geometric within `1..most`.
    private int gap(SplittableRandom random, int most) {
        double decay = options.gapDecay();
        if (decay == 0) {
            return 1;
        }
        double beyond = random.nextDouble() * (1 - Math.pow(decay, most));
        return Math.min(most, 1 + (int) (Math.log1p(-beyond) / Math.log(decay)));
    }

    @Override
    public String cursor() {
        return epoch + ":" + next;
    }

    @Override
    public void seek(String cursor) {
        String[] parts = cursor.split(":", -1);
        int toEpoch = Integer.parseInt(parts[0]);
        if (parts.length != 2 || toEpoch >= options.epochs()) {
            throw TrainingException.invalid("cursor", cursor, "is not of these sequences");
        }
        if (toEpoch >= 0) {
            begin(toEpoch);
        }
        next = Integer.parseInt(parts[1]);
    }

    @Override
    public String fingerprint() {
        return "sequences-%08x-%s-%d".formatted(sequences.checksum(), options, seed);
    }
}
