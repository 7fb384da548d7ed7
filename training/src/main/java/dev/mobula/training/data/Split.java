package dev.mobula.training.data;

import dev.mobula.retrieval.collaborative.InteractionMatrix;
import dev.mobula.training.TrainingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/// One data set in three parts: what a model may learn from, what tunes it, what judges it.
///
/// All three have the same users and items; a pair is in at most one of them, training first.
public record Split(InteractionMatrix train, InteractionMatrix validation, InteractionMatrix test) {

    private static final byte TRAIN = 0;
    private static final byte VALIDATION = 1;
    private static final byte TEST = 2;

    /// The split that came with the data: source 0 trains, source 1 tests.
    public static Split given(Interactions data) {
        byte[] parts = new byte[data.size()];
        for (int e = 0; e < parts.length; e++) {
            parts[e] = data.sources()[e] == 0 ? TRAIN : TEST;
        }
        return of(data, parts);
    }

    /// A split that any program in any language makes the same: the pair's CRC-32 of `user:item` modulo ten, where 0
    /// tests, 1 validates and the rest trains.
    public static Split portable(Interactions data) {
        byte[] parts = new byte[data.size()];
        CRC32 crc = new CRC32();
        for (int e = 0; e < parts.length; e++) {
            String pair =
                    data.userIds().get(data.users()[e]) + ":" + data.itemIds().get(data.items()[e]);
            crc.reset();
            crc.update(pair.getBytes(StandardCharsets.UTF_8));
            parts[e] =
                    switch ((int) (crc.getValue() % 10)) {
                        case 0 -> TEST;
                        case 1 -> VALIDATION;
                        default -> TRAIN;
                    };
        }
        return of(data, parts);
    }

    /// A random share of each item's events trains, the rest tests. The share of an item is rounded half to even.
    public static Split stratified(Interactions data, double trainShare, long seed) {
        if (!(trainShare > 0 && trainShare < 1)) {
            throw TrainingException.invalid("trainShare", trainShare, "must be in 0..1");
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[][] byItem = eventsByItem(data);
        byte[] parts = new byte[data.size()];
        for (int[] events : byItem) {
            shuffle(events, random);
            int train = (int) Math.rint(trainShare * events.length);
            for (int i = train; i < events.length; i++) {
                parts[events[i]] = TEST;
            }
        }
        return of(data, parts);
    }

    /// Friendships: the edges of source 0 train, those that only source 1 has test; each stands in both directions.
    public static Split links(Interactions data) {
        int people = data.userIds().size();
        long[] keys = new long[2 * data.size()];
        for (int e = 0; e < data.size(); e++) {
            byte part = data.sources()[e] == 0 ? TRAIN : TEST;
            keys[2 * e] = key(data.users()[e], data.items()[e], people, part);
            keys[2 * e + 1] = key(data.items()[e], data.users()[e], people, part);
        }
        return of(keys, people, people);
    }

    private static int[][] eventsByItem(Interactions data) {
        int[] counts = new int[data.itemIds().size()];
        for (int item : data.items()) {
            counts[item]++;
        }
        int[][] byItem = new int[counts.length][];
        Arrays.setAll(byItem, item -> new int[counts[item]]);
        for (int e = data.size() - 1; e >= 0; e--) {
            int item = data.items()[e];
            byItem[item][--counts[item]] = e;
        }
        return byItem;
    }

    private static void shuffle(int[] values, SplittableRandom random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int value = values[i];
            values[i] = values[j];
            values[j] = value;
        }
    }

    private static Split of(Interactions data, byte[] parts) {
        int items = data.itemIds().size();
        long[] keys = new long[data.size()];
        for (int e = 0; e < keys.length; e++) {
            keys[e] = key(data.users()[e], data.items()[e], items, parts[e]);
        }
        return of(keys, data.userIds().size(), items);
    }

    private static long key(int user, int item, int items, byte part) {
        return ((long) user * items + item) * 3 + part;
    }

    private static Split of(long[] keys, int users, int items) {
        Arrays.sort(keys);
        return new Split(
                matrix(keys, TRAIN, users, items),
                matrix(keys, VALIDATION, users, items),
                matrix(keys, TEST, users, items));
    }

    /// The pairs of one part; a pair that an earlier part has is left out.
    private static InteractionMatrix matrix(long[] keys, byte part, int users, int items) {
        int[] offsets = new int[users + 1];
        int[] pairItems = new int[keys.length];
        int size = 0;
        long previous = -1;
        for (long key : keys) {
            long pair = key / 3;
            if (pair != previous && key % 3 == part) {
                pairItems[size++] = (int) (pair % items);
                offsets[(int) (pair / items) + 1]++;
            }
            previous = pair;
        }
        for (int u = 0; u < users; u++) {
            offsets[u + 1] += offsets[u];
        }
        return InteractionMatrix.of(items, offsets, Arrays.copyOf(pairItems, size));
    }
}
