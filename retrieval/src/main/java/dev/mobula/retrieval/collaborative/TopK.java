package dev.mobula.retrieval.collaborative;

import static dev.mobula.retrieval.RetrievalException.invalid;

/// The k best of a stream of scored numbers; of equal scores the lower number is better. Reusable, for one thread.
public final class TopK {
    private final int[] ids;
    private final float[] scores;
    private int size;

    public TopK(int k) {
        if (k < 1) {
            throw invalid("k", k, "must be at least 1");
        }
        this.ids = new int[k];
        this.scores = new float[k];
    }

    /// Forgets everything.
    public void clear() {
        size = 0;
    }

    /// Takes the number in when it belongs to the best so far. A NaN never does.
    public void offer(int id, float score) {
        if (size < ids.length) {
            if (!Float.isNaN(score)) {
                siftUp(id, score);
            }
        } else if (score > scores[0] || (score == scores[0] && id < ids[0])) {
            siftDown(0, size, id, score);
        }
    }

    /// Writes the best first into `out`, returns how many there are, and keeps their scores for [#score].
    public int drainTo(int[] out) {
        int count = size;
        for (int end = size - 1; end > 0; end--) {
            int id = ids[end];
            float score = scores[end];
            ids[end] = ids[0];
            scores[end] = scores[0];
            siftDown(0, end, id, score);
        }
        System.arraycopy(ids, 0, out, 0, count);
        size = 0;
        return count;
    }

    /// The score of the given rank, after [#drainTo].
    public float score(int rank) {
        return scores[rank];
    }

    private void siftUp(int id, float score) {
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!worse(id, score, ids[parent], scores[parent])) {
                break;
            }
            ids[at] = ids[parent];
            scores[at] = scores[parent];
            at = parent;
        }
        ids[at] = id;
        scores[at] = score;
    }

    private void siftDown(int root, int end, int id, float score) {
        int at = root;
        while (2 * at + 1 < end) {
            int child = 2 * at + 1;
            if (child + 1 < end
                    && worse(ids[child + 1], scores[child + 1], ids[child], scores[child])) {
                child++;
            }
            if (!worse(ids[child], scores[child], id, score)) {
                break;
            }
            ids[at] = ids[child];
            scores[at] = scores[child];
            at = child;
        }
        ids[at] = id;
        scores[at] = score;
    }

    private static boolean worse(int id, float score, int otherId, float otherScore) {
        return score < otherScore || (score == otherScore && id > otherId);
    }
}
