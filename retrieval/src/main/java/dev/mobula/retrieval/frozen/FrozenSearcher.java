package dev.mobula.retrieval.frozen;

import java.util.function.LongSupplier;

/// Searches one [FrozenIndex] with working memory of its own. Belongs to one thread at a time.
///
/// The width `ef` says how much a search looks at: it sets recall and cost alike, whatever the index is made of.
public abstract sealed class FrozenSearcher permits GraphSearcher, LeafSearcher {
    /// A deadline that never passes.
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    static final int SCAN_BLOCK_ROWS = 128;

    final FrozenIndex index;
    final RowScorer scorer;
    int hops;
    int distances;
    private final LongSupplier nanoClock;
    private final Beam best = new Beam();
    private final float[] prepared;
    private boolean complete;
    private long deadline;

    FrozenSearcher(FrozenIndex index, LongSupplier nanoClock) {
        this.index = index;
        this.nanoClock = nanoClock;
        prepared = new float[index.layout().length()];
        scorer = new RowScorer(index, Math.max(SCAN_BLOCK_ROWS, index.baseLinks()));
    }

    /// Checks and prepares a query for the metric, in memory of this searcher that the next call overwrites.
    public float[] prepared(float[] query) {
        index.metric().prepare("query", query, index.dimension(), prepared);
        return prepared;
    }

    /// Finds the k nearest rows and returns how many there are; read them with [#row] and [#score].
    public abstract int search(float[] prepared, int k, int ef, long deadlineNanos);

    /// As the other search, among accepted rows only.
    public abstract int search(
            float[] prepared, int k, int ef, AcceptedRows accepted, long deadlineNanos);

    /// Goes through the structure whatever the filter; the yardstick for the choice.
    public abstract int walk(
            float[] prepared, int k, int ef, AcceptedRows accepted, long deadlineNanos);

    /// Scores every accepted row; the yardstick that never misses.
    public abstract int scan(float[] prepared, int k, AcceptedRows accepted, long deadlineNanos);

    /// The i-th nearest row of the last search.
    public final int row(int i) {
        return best.row(i);
    }

    /// The exact score of the i-th nearest row: larger is nearer.
    public final float score(int i) {
        return -best.distance(i);
    }

    /// Whether the last search ended by itself, not by its deadline.
    public final boolean complete() {
        return complete;
    }

    /// Nodes whose links the last search followed, or leaves that it read.
    public final int hops() {
        return hops;
    }

    /// Distances the last search computed.
    public final int distances() {
        return distances;
    }

    /// Whether reads ahead of use were made; they are otherwise invisible.
    int touched() {
        return scorer.touched();
    }

    void begin(float[] query, long deadlineNanos) {
        scorer.aim(query);
        scorer.clear();
        hops = 0;
        distances = 0;
        complete = true;
        deadline = deadlineNanos;
    }

    final void beginResults(int k) {
        best.reset(k);
        scorer.clear();
    }

    final int results() {
        return best.size();
    }

    /* Names a row for the exact order; scores those named when they fill a block. */
    final void offer(int row) {
        scorer.add(row);
        if (scorer.count() == SCAN_BLOCK_ROWS) {
            placeExact();
        }
    }

    /* Scores the named rows by their floats and keeps the best. */
    final void placeExact() {
        scorer.scoreExact();
        for (int i = 0; i < scorer.count(); i++) {
            if (best.admits(scorer.distance(i))) {
                best.add(scorer.distance(i), scorer.row(i), true);
            }
        }
        distances += scorer.count();
        scorer.clear();
    }

    final boolean isLate() {
        if (deadline == NO_DEADLINE || nanoClock.getAsLong() - deadline < 0) {
            return false;
        }
        complete = false;
        return true;
    }
}
