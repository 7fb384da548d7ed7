package dev.mobula.retrieval.source;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.vectors.LongTable;
import java.util.Arrays;

/// The newest items of every author, in memory, fed by the item change stream.
///
/// An author keeps a bounded number of items; when there are too many authors, those silent for longest go. All
/// methods may be called from any thread.
public final class AuthorTimelines {
    private final int itemsPerAuthorMax;
    private final int authorsMax;
    private LongTable authors = new LongTable(64);
    private Timeline[] timelines = new Timeline[64];

    /// The newest items of one author, newest last.
    private static final class Timeline {
        private long[] ids = new long[2];
        private long[] createdMillis = new long[2];
        private int size;

        long newest() {
            return size == 0 ? Long.MIN_VALUE : createdMillis[size - 1];
        }

        void add(long id, long created, int max) {
            remove(id);
            int at = size;
            while (at > 0 && createdMillis[at - 1] > created) {
                at--;
            }
            if (size == max) {
                if (at == 0) {
                    return;
                }
                move(1, 0, at - 1);
                at--;
            } else {
                if (size == ids.length) {
                    ids = Arrays.copyOf(ids, Math.min(max, 2 * size));
                    createdMillis = Arrays.copyOf(createdMillis, ids.length);
                }
                move(at, at + 1, size - at);
                size++;
            }
            ids[at] = id;
            createdMillis[at] = created;
        }

        void remove(long id) {
            for (int i = 0; i < size; i++) {
                if (ids[i] == id) {
                    move(i + 1, i, size - i - 1);
                    size--;
                    return;
                }
            }
        }

        private void move(int from, int to, int count) {
            System.arraycopy(ids, from, ids, to, count);
            System.arraycopy(createdMillis, from, createdMillis, to, count);
        }
    }

    public AuthorTimelines(int itemsPerAuthorMax, int authorsMax) {
        if (itemsPerAuthorMax < 2 || authorsMax < 1) {
            throw invalid(
                    "itemsPerAuthorMax, authorsMax",
                    itemsPerAuthorMax + ", " + authorsMax,
                    "must be at least 2 and 1");
        }
        this.itemsPerAuthorMax = itemsPerAuthorMax;
        this.authorsMax = authorsMax;
    }

    /// An author has a new item, or an item has another time.
    public synchronized void put(long author, long item, long createdMillis) {
        int number = authors.find(author);
        if (number < 0) {
            if (authors.size() == authorsMax) {
                forgetTheSilent();
            }
            number = authors.add(author);
            if (number >= timelines.length) {
                timelines = Arrays.copyOf(timelines, 2 * timelines.length);
            }
            timelines[number] = new Timeline();
        }
        timelines[number].add(item, createdMillis, itemsPerAuthorMax);
    }

    /// An item is gone.
    public synchronized void remove(long author, long item) {
        int number = authors.find(author);
        if (number >= 0) {
            timelines[number].remove(item);
        }
    }

    /// Keeps the half of the authors who were active last.
    private void forgetTheSilent() {
        long[] newest = new long[authors.size()];
        for (int a = 0; a < newest.length; a++) {
            newest[a] = timelines[a].newest();
        }
        long[] sorted = newest.clone();
        Arrays.sort(sorted);
        long median = sorted[sorted.length / 2];
        LongTable kept = new LongTable(authorsMax);
        Timeline[] keptTimelines = new Timeline[Math.max(64, authorsMax)];
        for (int a = 0; a < newest.length && kept.size() < authorsMax / 2; a++) {
            if (newest[a] >= median) {
                keptTimelines[kept.add(authors.id(a))] = timelines[a];
            }
        }
        authors = kept;
        timelines = keptTimelines;
    }

    /// Offers every kept item of the author, scored by its age: 1 when new, half after each half-life.
    synchronized void offer(
            long author, long nowMillis, double halfLifeMillis, BestCandidates best) {
        int number = authors.find(author);
        if (number < 0) {
            return;
        }
        Timeline timeline = timelines[number];
        for (int i = timeline.size - 1; i >= 0; i--) {
            double age = Math.max(0, nowMillis - timeline.createdMillis[i]);
            best.offer(timeline.ids[i], Math.exp(-Math.log(2) * age / halfLifeMillis), author);
        }
    }
}
