package dev.mobula.training.towers;

import dev.mobula.training.data.Sequences;
import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.EpochOrder;
import dev.mobula.training.loop.Share;
import dev.mobula.training.program.Batch;
import java.util.Arrays;

/// Every event but a person's first, with what the person had before it, shuffled anew every epoch.
final class TwoTowerSource implements BatchSource {
    static final int HISTORY = 0;
    static final int LAST = 1;
    static final int ITEM = 2;

    private static final int FIRST_KEY = 2;

    private final Sequences sequences;
    private final TwoTowerOptions options;
    private final Share share;
    private final long seed;
    private final int[] people;
    private final int[] places;
    private final float[] logShares;
    private final EpochOrder order;

    TwoTowerSource(Sequences sequences, TwoTowerOptions options, Share share, long seed) {
        this.sequences = sequences;
        this.options = options;
        this.share = share;
        this.seed = seed;
        int examples = examples(sequences);
        this.people = new int[examples];
        this.places = new int[examples];
        this.logShares = new float[sequences.items()];
        int at = 0;
        for (int person = 0; person < sequences.users(); person++) {
            int[] all = sequences.itemsOf()[person];
            for (int place = 1; place < all.length; place++) {
                people[at] = person;
                places[at++] = place;
                logShares[all[place]]++;
            }
        }
        for (int item = 0; item < logShares.length; item++) {
            logShares[item] = (float) Math.log(Math.max(1, logShares[item]) / examples);
        }
        this.order = new EpochOrder(examples, options.batchRows(), options.epochs(), seed);
    }

    /// Events that have one before them.
    static int examples(Sequences sequences) {
        return Arrays.stream(sequences.itemsOf())
                .mapToInt(all -> Math.max(0, all.length - 1))
                .sum();
    }

    /// An item's key in the table.
    static long key(int item) {
        return item + (long) FIRST_KEY;
    }

    @Override
    public boolean next(Batch batch) {
        if (!order.advance()) {
            return false;
        }
        int from = share.from(order.rows());
        int to = share.to(order.rows());
        batch.setRows(to - from);
        for (int row = from; row < to; row++) {
            put(batch, row - from, order.example(row));
        }
        return true;
    }

    private void put(Batch batch, int row, int example) {
        int[] all = sequences.itemsOf()[people[example]];
        int place = places[example];
        int count = Math.min(place, options.eventsMax());
        long[] history = batch.keys(HISTORY);
        int at = row * options.eventsMax();
        for (int i = 0; i < count; i++) {
            history[at + i] = key(all[place - count + i]);
        }
        Arrays.fill(history, at + count, at + options.eventsMax(), Batch.MISSING);
        batch.keys(LAST)[row] = key(all[place - 1]);
        batch.keys(ITEM)[row] = key(all[place]);
        batch.column(0)[row] = logShares[all[place]];
    }

    @Override
    public String cursor() {
        return order.cursor();
    }

    @Override
    public void seek(String cursor) {
        order.seek(cursor);
    }

    @Override
    public String fingerprint() {
        return "towers-%08x-%s-%d".formatted(sequences.checksum(), options, seed);
    }
}
