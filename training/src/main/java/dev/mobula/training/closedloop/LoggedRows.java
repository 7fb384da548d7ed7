package dev.mobula.training.closedloop;

import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.Share;
import dev.mobula.training.program.Batch;
import java.util.List;
import java.util.SplittableRandom;

/// Logged rows in batches, shuffled anew in every epoch. The rest that fills no batch is left out of an epoch.
final class LoggedRows implements BatchSource {
    private final List<ServedLog.Row> rows;
    private final int batchRows;
    private final int epochs;
    private final Share share;
    private final long seed;
    private final Filler filler;
    private final int[] order;
    private int shuffledEpoch = -1;
    private int step;

    /// Writes one logged row into a row of a batch.
    @FunctionalInterface
    interface Filler {
        void fill(ServedLog.Row logged, Batch batch, int row);
    }

    LoggedRows(
            List<ServedLog.Row> rows,
            int batchRows,
            int epochs,
            Share share,
            long seed,
            Filler filler) {
        this.rows = rows;
        this.batchRows = Math.min(batchRows, rows.size());
        this.epochs = epochs;
        this.share = share;
        this.seed = seed;
        this.filler = filler;
        this.order = new int[rows.size()];
    }

    @Override
    public boolean next(Batch batch) {
        int perEpoch = rows.size() / batchRows;
        int epoch = step / perEpoch;
        if (epoch >= epochs) {
            return false;
        }
        if (epoch != shuffledEpoch) {
            shuffle(epoch);
        }
        int first = step % perEpoch * batchRows;
        int from = share.from(batchRows);
        int to = share.to(batchRows);
        batch.setRows(to - from);
        long newest = 0;
        for (int i = 0; i < batchRows; i++) {
            ServedLog.Row logged = rows.get(order[first + i]);
            newest = Math.max(newest, logged.impression().seconds());
            if (i >= from && i < to) {
                filler.fill(logged, batch, i - from);
            }
        }
        batch.setTimeSeconds(newest);
        step++;
        return true;
    }

    private void shuffle(int epoch) {
        SplittableRandom random = new SplittableRandom(seed + 7_919L * epoch);
        for (int i = 0; i < order.length; i++) {
            int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        shuffledEpoch = epoch;
    }

    @Override
    public String cursor() {
        return Integer.toString(step);
    }

    @Override
    public void seek(String cursor) {
        step = Integer.parseInt(cursor);
    }

    @Override
    public String fingerprint() {
        return "%d rows of %d, %d epochs, seed %d".formatted(rows.size(), batchRows, epochs, seed);
    }
}
