package dev.mobula.training.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The events of one data set as columns: who, what, how much, when; ids numbered in string order.
///
/// `sources[e]` is the number of the file an event came from. A missing weight is 1, a missing time 0.
@SuppressWarnings("ArrayRecordComponent")
public record Interactions(
        List<String> userIds,
        List<String> itemIds,
        int[] users,
        int[] items,
        float[] weights,
        long[] times,
        byte[] sources) {

    public int size() {
        return users.length;
    }

    /// Collects events in the order they are read.
    static final class Builder {
        private final Map<String, Integer> userNumbers = new HashMap<>();
        private final Map<String, Integer> itemNumbers;
        private int[] users = new int[1_024];
        private int[] items = new int[1_024];
        private float[] weights = new float[1_024];
        private long[] times = new long[1_024];
        private byte[] sources = new byte[1_024];
        private int size;

        /// With one population a user and an item of the same id have the same number.
        Builder(boolean onePopulation) {
            itemNumbers = onePopulation ? userNumbers : new HashMap<>();
        }

        void add(String user, String item, float weight, long time, int source) {
            if (size == users.length) {
                grow(2 * size);
            }
            users[size] = number(userNumbers, user);
            items[size] = number(itemNumbers, item);
            weights[size] = weight;
            times[size] = time;
            sources[size++] = (byte) source;
        }

        /// A person of whom no event is known.
        void addUser(String user) {
            number(userNumbers, user);
        }

        private static int number(Map<String, Integer> numbers, String id) {
            Integer next = numbers.size();
            Integer known = numbers.putIfAbsent(id, next);
            return known == null ? next : known;
        }

        private void grow(int capacity) {
            users = Arrays.copyOf(users, capacity);
            items = Arrays.copyOf(items, capacity);
            weights = Arrays.copyOf(weights, capacity);
            times = Arrays.copyOf(times, capacity);
            sources = Arrays.copyOf(sources, capacity);
        }

        Interactions build() {
            grow(size);
            List<String> userIds = renumber(userNumbers, users);
            List<String> itemIds = renumber(itemNumbers, items);
            return new Interactions(userIds, itemIds, users, items, weights, times, sources);
        }

        private static List<String> renumber(Map<String, Integer> numbers, int[] column) {
            List<Map.Entry<String, Integer>> sorted = new ArrayList<>(numbers.entrySet());
            sorted.sort(Map.Entry.comparingByKey());
            int[] place = new int[sorted.size()];
            for (int i = 0; i < place.length; i++) {
                place[sorted.get(i).getValue()] = i;
            }
            for (int e = 0; e < column.length; e++) {
                column[e] = place[column[e]];
            }
            return sorted.stream().map(Map.Entry::getKey).toList();
        }
    }
}
