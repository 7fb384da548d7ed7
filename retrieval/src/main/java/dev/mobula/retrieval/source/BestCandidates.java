package dev.mobula.retrieval.source;

/// The best of a stream of scored ids, at most `capacity` of them; of equal scores the lower id is better.
///
/// A binary heap with the worst on top. Reusable, for one thread.
final class BestCandidates {
    private final long[] ids;
    private final double[] scores;
    private final long[] subjects;
    private int size;

    BestCandidates(int capacity) {
        ids = new long[capacity];
        scores = new double[capacity];
        subjects = new long[capacity];
    }

    void offer(long id, double score, long subject) {
        if (size < ids.length) {
            up(id, score, subject);
        } else if (worse(ids[0], scores[0], id, score)) {
            down(size, id, score, subject);
        }
    }

    /// Moves everything into `found`, best first.
    void drainTo(Candidates found, Reason reason) {
        for (int end = size - 1; end > 0; end--) {
            long id = ids[end];
            double score = scores[end];
            long subject = subjects[end];
            set(end, ids[0], scores[0], subjects[0]);
            down(end, id, score, subject);
        }
        for (int i = 0; i < size; i++) {
            found.add(ids[i], (float) scores[i], reason, subjects[i]);
        }
        size = 0;
    }

    private void up(long id, double score, long subject) {
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!worse(id, score, ids[parent], scores[parent])) {
                break;
            }
            set(at, ids[parent], scores[parent], subjects[parent]);
            at = parent;
        }
        set(at, id, score, subject);
    }

    private void down(int end, long id, double score, long subject) {
        int at = 0;
        while (2 * at + 1 < end) {
            int child = 2 * at + 1;
            if (child + 1 < end
                    && worse(ids[child + 1], scores[child + 1], ids[child], scores[child])) {
                child++;
            }
            if (!worse(ids[child], scores[child], id, score)) {
                break;
            }
            set(at, ids[child], scores[child], subjects[child]);
            at = child;
        }
        set(at, id, score, subject);
    }

    private void set(int at, long id, double score, long subject) {
        ids[at] = id;
        scores[at] = score;
        subjects[at] = subject;
    }

    private static boolean worse(long id, double score, long otherId, double otherScore) {
        return score < otherScore || (score == otherScore && id > otherId);
    }
}
