package dev.mobula.retrieval.source;

import static dev.mobula.retrieval.RetrievalException.invalid;

/// What one source found, best first, as columns with a fixed capacity. For one thread at a time.
public final class Candidates {
    /// The most one source may be asked for.
    public static final int CAPACITY_MAX = 100_000;

    private final long[] ids;
    private final float[] scores;
    private final Reason[] reasons;
    private final long[] subjects;
    private int size;
    private boolean cutShort;

    public Candidates(int capacity) {
        if (capacity < 1 || capacity > CAPACITY_MAX) {
            throw invalid("capacity", capacity, "must be 1.." + CAPACITY_MAX);
        }
        ids = new long[capacity];
        scores = new float[capacity];
        reasons = new Reason[capacity];
        subjects = new long[capacity];
    }

    /// Adds one and returns true, or returns false when there is no room.
    public boolean add(long id, float score, Reason reason, long subject) {
        if (size == ids.length) {
            return false;
        }
        ids[size] = id;
        scores[size] = score;
        reasons[size] = reason;
        subjects[size++] = subject;
        return true;
    }

    /// Says that the source stopped early because its time was over.
    public void cutShort() {
        cutShort = true;
    }

    public boolean wasCutShort() {
        return cutShort;
    }

    public int size() {
        return size;
    }

    public int capacity() {
        return ids.length;
    }

    /// How many more fit.
    public int room() {
        return ids.length - size;
    }

    public long id(int index) {
        return ids[index];
    }

    public float score(int index) {
        return scores[index];
    }

    public Reason reason(int index) {
        return reasons[index];
    }

    public long subject(int index) {
        return subjects[index];
    }
}
