package dev.mobula.ranking.safety.rules;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/*
 * A key's window is cut into BUCKETS equal parts of time; what falls out leaves a part at a time, so a count is that of
 * the last window to within one part in BUCKETS. Distinct values are kept as hashes, at most DISTINCT_MAX a part: above,
 * a count is a lower bound. An event older than the window counts nowhere.
 */
/// Counts of events and of distinct values by key in the last window of time. Keys beyond the limit are forgotten, the
/// longest untouched first. One thread at a time.
public final class WindowCounters implements Counters {
    static final int BUCKETS = 16;
    static final int DISTINCT_MAX = 256;

    private final Map<Key, Window> windows;

    private record Key(int site, String key) {}

    public WindowCounters(int keysMax) {
        if (keysMax < 1) {
            throw new RankingException(
                    Code.INVALID_REQUEST, "keysMax=" + keysMax + ", must be positive");
        }
        windows =
                new LinkedHashMap<>(1024, .75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Key, Window> eldest) {
                        return size() > keysMax;
                    }
                };
    }

    private static final class Window {
        private final long[] parts = new long[BUCKETS];
        private final int[] counts = new int[BUCKETS];
        private final long[][] values = new long[BUCKETS][];
        private final int[] sizes = new int[BUCKETS];

        Window() {
            Arrays.fill(parts, Long.MIN_VALUE);
        }

        void add(long part, boolean distinct, long hash) {
            int at = Math.floorMod(part, BUCKETS);
            if (parts[at] > part) {
                return;
            }
            if (parts[at] < part) {
                parts[at] = part;
                counts[at] = 0;
                sizes[at] = 0;
            }
            counts[at]++;
            if (!distinct) {
                return;
            }
            if (values[at] == null) {
                values[at] = new long[8];
            }
            for (int i = 0; i < sizes[at]; i++) {
                if (values[at][i] == hash) {
                    return;
                }
            }
            if (sizes[at] < DISTINCT_MAX) {
                if (sizes[at] == values[at].length) {
                    values[at] = Arrays.copyOf(values[at], sizes[at] * 2);
                }
                values[at][sizes[at]++] = hash;
            }
        }

        double count(long part) {
            double count = 0;
            for (int i = 0; i < BUCKETS; i++) {
                count += parts[i] > part - BUCKETS && parts[i] <= part ? counts[i] : 0;
            }
            return count;
        }

        double distinct(long part) {
            long[] all = new long[BUCKETS * DISTINCT_MAX];
            int size = 0;
            for (int i = 0; i < BUCKETS; i++) {
                long[] own = values[i];
                if (own != null && parts[i] > part - BUCKETS && parts[i] <= part) {
                    System.arraycopy(own, 0, all, size, sizes[i]);
                    size += sizes[i];
                }
            }
            Arrays.sort(all, 0, size);
            int distinct = size > 0 ? 1 : 0;
            for (int i = 1; i < size; i++) {
                distinct += all[i] != all[i - 1] ? 1 : 0;
            }
            return distinct;
        }
    }

    private static long part(long windowMillis, long atMillis) {
        return Math.floorDiv(atMillis, Math.max(1, windowMillis / BUCKETS));
    }

    @Override
    public void add(
            int site,
            String key,
            long windowMillis,
            long atMillis,
            boolean distinct,
            long valueHash) {
        windows.computeIfAbsent(new Key(site, key), k -> new Window())
                .add(part(windowMillis, atMillis), distinct, valueHash);
    }

    @Override
    public double count(int site, String key, long windowMillis, long atMillis) {
        Window window = windows.get(new Key(site, key));
        return window == null ? 0 : window.count(part(windowMillis, atMillis));
    }

    @Override
    public double distinct(int site, String key, long windowMillis, long atMillis) {
        Window window = windows.get(new Key(site, key));
        return window == null ? 0 : window.distinct(part(windowMillis, atMillis));
    }
}
