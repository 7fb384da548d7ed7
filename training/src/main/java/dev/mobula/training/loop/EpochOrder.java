package dev.mobula.training.loop;

import dev.mobula.training.TrainingException;
import java.util.SplittableRandom;

/// The order in which a run goes through numbered examples: all of them every epoch, shuffled anew, batch by batch.
///
/// Seed and position alone decide it. The last batch of an epoch may be short.
public final class EpochOrder {
    private final int batchRows;
    private final int epochs;
    private final long seed;
    private final int[] order;
    private final int batches;
    private int epoch = -1;
    private int next;

    public EpochOrder(int examples, int batchRows, int epochs, long seed) {
        if (examples < 1) {
            throw TrainingException.invalid("examples", examples, "there must be one");
        }
        this.batchRows = batchRows;
        this.epochs = epochs;
        this.seed = seed;
        this.order = new int[examples];
        this.batches = Math.ceilDiv(examples, batchRows);
        this.next = batches;
    }

    /// Batches of all epochs.
    public int steps() {
        return Math.multiplyExact(batches, epochs);
    }

    /// Goes on to the next batch; false at the end of all epochs.
    public boolean advance() {
        if (next == batches) {
            if (epoch + 1 >= epochs) {
                return false;
            }
            begin(epoch + 1);
        }
        next++;
        return true;
    }

    private void begin(int newEpoch) {
        epoch = newEpoch;
        next = 0;
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        SplittableRandom random = new SplittableRandom(seed * 31 + epoch);
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int example = order[i];
            order[i] = order[j];
            order[j] = example;
        }
    }

    /// Examples of the batch.
    public int rows() {
        return Math.min(order.length, next * batchRows) - (next - 1) * batchRows;
    }

    public int example(int row) {
        return order[(next - 1) * batchRows + row];
    }

    /// A generator for what is drawn for the batch.
    public SplittableRandom random() {
        return new SplittableRandom((seed * 1_000_003 + epoch) * 1_000_003 + next);
    }

    public String cursor() {
        return epoch + ":" + next;
    }

    /// Goes back to where a cursor was taken.
    public void seek(String cursor) {
        String[] parts = cursor.split(":", -1);
        if (parts.length != 2) {
            throw TrainingException.invalid("cursor", cursor, "must be epoch:batch");
        }
        int toEpoch = Integer.parseInt(parts[0]);
        int toNext = Integer.parseInt(parts[1]);
        if (toEpoch < -1 || toEpoch >= epochs || toNext < 0 || toNext > batches) {
            throw TrainingException.invalid("cursor", cursor, "is not of this data");
        }
        if (toEpoch < 0) {
            epoch = -1;
        } else {
            begin(toEpoch);
        }
        next = toNext;
    }
}
