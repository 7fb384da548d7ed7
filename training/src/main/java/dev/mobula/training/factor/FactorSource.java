package dev.mobula.training.factor;

import dev.mobula.retrieval.collaborative.InteractionMatrix;
import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.EpochOrder;
import dev.mobula.training.loop.Share;
import dev.mobula.training.program.Batch;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/// All pairs every epoch, in groups; a step has as many negative items as groups, the same ones in all shares.
final class FactorSource implements BatchSource {
    private static final int FIRST_KEY = 2;

    private final InteractionMatrix pairs;
    private final FactorOptions options;
    private final float[] userStarts;
    private final float[] itemStarts;
    private final Share share;
    private final EpochOrder order;
    private final int[] users;
    private final int[] items;
    private final long seed;

    FactorSource(
            InteractionMatrix pairs,
            FactorOptions options,
            Embeddings starts,
            Share share,
            long seed) {
        this.pairs = pairs;
        this.options = options;
        this.userStarts = starts.users();
        this.itemStarts = starts.items();
        this.share = share;
        this.seed = seed;
        this.order = order(pairs, options, seed);
        this.users = new int[pairs.size()];
        this.items = new int[pairs.size()];
        int size = 0;
        for (int user = 0; user < pairs.users(); user++) {
            for (int item : pairs.itemsOf(user)) {
                users[size] = user;
                items[size++] = item;
            }
        }
    }

    private static EpochOrder order(InteractionMatrix pairs, FactorOptions options, long seed) {
        int perStep = options.batchRows() * options.pairsPerRow();
        return new EpochOrder(pairs.size(), perStep, options.epochs(), seed);
    }

    static int steps(InteractionMatrix pairs, FactorOptions options) {
        return order(pairs, options, 0).steps();
    }

    static long key(int number) {
        return number + (long) FIRST_KEY;
    }

    @Override
    public boolean next(Batch batch) {
        if (!order.advance()) {
            return false;
        }
        int perRow = options.pairsPerRow();
        int rows = Math.ceilDiv(order.rows(), perRow);
        int from = share.from(rows);
        int to = share.to(rows);
        batch.setRows(to - from);
        Arrays.fill(batch.keys(0), Batch.MISSING);
        Arrays.fill(batch.keys(1), Batch.MISSING);
        int last = Math.min(order.rows(), to * perRow);
        for (int pair = from * perRow; pair < last; pair++) {
            int example = order.example(pair);
            put(batch, 0, pair - from * perRow, users[example], userStarts);
            put(batch, 1, pair - from * perRow, items[example], itemStarts);
        }
        SplittableRandom random = order.random();
        Arrays.fill(batch.keys(2), Batch.MISSING);
        int room = (to - from) * FactorTask.negativesPerRow(share);
        for (int drawn = 0; drawn < Math.min(rows, room); drawn++) {
            put(batch, 2, drawn, random.nextInt(pairs.items()), itemStarts);
        }
        return true;
    }

    private void put(Batch batch, int lookup, int at, int number, float[] starts) {
        int width = options.width();
        batch.keys(lookup)[at] = key(number);
        System.arraycopy(starts, number * width, batch.column(lookup), at * width, width);
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
        CRC32 crc = new CRC32();
        for (int i = 0; i < users.length; i++) {
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                crc.update(users[i] >>> shift);
                crc.update(items[i] >>> shift);
            }
        }
        return "pairs-%08x-%s-%d".formatted(crc.getValue(), options, seed);
    }
}
