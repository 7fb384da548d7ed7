package dev.mobula.training.data;

import dev.mobula.retrieval.collaborative.InteractionMatrix;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/// What each person had, oldest first; people and items are numbered in string order.
///
/// `itemsOf[u]` are the items of the person `userIds.get(u)`, owned by the record. An item may come again.
@SuppressWarnings("ArrayRecordComponent")
public record Sequences(List<String> userIds, List<String> itemIds, int[][] itemsOf) {

    public int users() {
        return itemsOf.length;
    }

    public int items() {
        return itemIds.size();
    }

    /// All events of all people.
    public int size() {
        return Arrays.stream(itemsOf).mapToInt(sequence -> sequence.length).sum();
    }

    /// The same without the last `count` events of each person; none where there are fewer.
    public Sequences withoutLast(int count) {
        int[][] shorter =
                Arrays.stream(itemsOf)
                        .map(all -> Arrays.copyOf(all, Math.max(0, all.length - count)))
                        .toArray(int[][]::new);
        return new Sequences(userIds, itemIds, shorter);
    }

    /// Who had what, without order and number.
    public InteractionMatrix matrix() {
        int[] offsets = new int[users() + 1];
        int[] pairs = new int[size()];
        int end = 0;
        for (int user = 0; user < users(); user++) {
            for (int item : Arrays.stream(itemsOf[user]).sorted().distinct().toArray()) {
                pairs[end++] = item;
            }
            offsets[user + 1] = end;
        }
        return InteractionMatrix.of(items(), offsets, Arrays.copyOf(pairs, end));
    }

    /// A checksum of all sequences in their order.
    public long checksum() {
        CRC32 crc = new CRC32();
        for (int[] sequence : itemsOf) {
            crc.update(sequence.length);
            for (int item : sequence) {
                for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                    crc.update(item >>> shift);
                }
            }
        }
        return crc.getValue();
    }

    /// How often each item comes.
    public int[] counts() {
        int[] counts = new int[items()];
        for (int[] sequence : itemsOf) {
            for (int item : sequence) {
                counts[item]++;
            }
        }
        return counts;
    }
}
