package dev.mobula.retrieval.vectors;

import java.util.Arrays;

/// The k best of the ids offered to it, best first, each at most once.
///
/// Offers go from the oldest source to the newest: an id that is offered again takes its newer score.
public final class TopHits {
    private final long[] ids;
    private final float[] scores;
    private int size;

    public TopHits(int k) {
        ids = new long[k];
        scores = new float[k];
    }

    /// Whether a new id with this score would be kept.
    public boolean admits(float score) {
        return size < ids.length || (size > 0 && score > scores[size - 1]);
    }

    /// Adds the next best of the only source so far, whose ids differ and come best first.
    public void append(long id, float score) {
        ids[size] = id;
        scores[size] = score;
        size++;
    }

    public void offer(long id, float score) {
        int known = indexOf(id);
        if (known >= 0) {
            removeAt(known);
        } else if (!admits(score)) {
            return;
        } else if (size == ids.length) {
            size--;
        }
        int place = size;
        for (; place > 0 && scores[place - 1] < score; place--) {
            scores[place] = scores[place - 1];
            ids[place] = ids[place - 1];
        }
        scores[place] = score;
        ids[place] = id;
        size++;
    }

    public int size() {
        return size;
    }

    public long[] ids() {
        return Arrays.copyOf(ids, size);
    }

    public float[] scores() {
        return Arrays.copyOf(scores, size);
    }

    private int indexOf(long id) {
        for (int i = 0; i < size; i++) {
            if (ids[i] == id) {
                return i;
            }
        }
        return -1;
    }

    private void removeAt(int place) {
        size--;
        System.arraycopy(ids, place + 1, ids, place, size - place);
        System.arraycopy(scores, place + 1, scores, place, size - place);
    }
}
