package dev.mobula.retrieval.source;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.vectors.LongTable;
import java.util.Arrays;

/// How often each item was had lately, where an event counts half as much after each half-life.
/*
 * Idea: forward decay [1]. An event at time t adds 2^((t − landmark) / halfLife), so nothing that is stored ever has to
 * be multiplied down: at any later moment all counts shrink by the same factor, and their order stays. When the exponent
 * grows large the landmark moves and everything is scaled once.
 *
 * Memory: at most `itemsMax` items; when they are full the weaker half goes, and with it at most the median count of
 * each. The top list is made anew when it is older than its refresh time, so a request costs only its own length.
 *
 * [1] Cormode, Shkapenyuk, Srivastava, Xu, Forward Decay: A Practical Time Decay Model for Streaming Systems, ICDE 2009.
 */
public final class TrendingCounts {
    private static final double EXPONENT_MAX = 256;

    private final double halfLifeMillis;
    private final int itemsMax;
    private final int topMax;
    private final long refreshMillis;
    private LongTable items;
    private double[] counts;
    private long landmarkMillis;
    private long topMillis = Long.MIN_VALUE;
    private Candidates top;

    public TrendingCounts(double halfLifeMillis, int itemsMax, int topMax, long refreshMillis) {
        if (!(halfLifeMillis > 0) || itemsMax < 2 || topMax < 1 || refreshMillis < 0) {
            throw invalid(
                    "halfLifeMillis, itemsMax, topMax, refreshMillis",
                    halfLifeMillis + ", " + itemsMax + ", " + topMax + ", " + refreshMillis,
                    "must be positive, at least 2, at least 1, not negative");
        }
        this.halfLifeMillis = halfLifeMillis;
        this.itemsMax = itemsMax;
        this.topMax = topMax;
        this.refreshMillis = refreshMillis;
        this.items = new LongTable(itemsMax);
        this.counts = new double[itemsMax];
        this.top = new Candidates(topMax);
    }

    /// Someone had the item. Events may come late and out of order.
    public synchronized void add(long item, double weight, long timeMillis) {
        if (!(weight > 0 && weight < 1e12)) {
            throw invalid("weight", weight, "must be positive");
        }
        if (items.size() == 0) {
            landmarkMillis = timeMillis;
        }
        if ((timeMillis - landmarkMillis) / halfLifeMillis > EXPONENT_MAX) {
            moveLandmark(timeMillis);
        }
        if (items.find(item) < 0 && items.size() == itemsMax) {
            keepTheStronger();
        }
        counts[items.add(item)] += weight * growth(timeMillis);
    }

    /// The item is gone.
    public synchronized void remove(long item) {
        int number = items.find(item);
        if (number >= 0) {
            counts[number] = 0;
            topMillis = Long.MIN_VALUE;
        }
    }

    /// The item's count as of now.
    public synchronized double count(long item, long nowMillis) {
        int number = items.find(item);
        return number < 0 ? 0 : counts[number] / growth(nowMillis);
    }

    private double growth(long timeMillis) {
        return Math.exp(Math.log(2) * (timeMillis - landmarkMillis) / halfLifeMillis);
    }

    private void moveLandmark(long timeMillis) {
        double factor = 1 / growth(timeMillis);
        for (int i = 0; i < items.size(); i++) {
            counts[i] *= factor;
        }
        landmarkMillis = timeMillis;
    }

    private void keepTheStronger() {
        double[] sorted = Arrays.copyOf(counts, items.size());
        Arrays.sort(sorted);
        double median = sorted[sorted.length / 2];
        LongTable kept = new LongTable(itemsMax);
        double[] keptCounts = new double[itemsMax];
        for (int i = 0; i < items.size() && kept.size() < itemsMax / 2; i++) {
            if (counts[i] >= median) {
                keptCounts[kept.add(items.id(i))] = counts[i];
            }
        }
        items = kept;
        counts = keptCounts;
    }

    /// The strongest items as of about now, best first; not to be changed.
    synchronized Candidates top(long nowMillis) {
        if (topMillis == Long.MIN_VALUE || nowMillis - topMillis >= refreshMillis) {
            BestCandidates best = new BestCandidates(topMax);
            double scale = 1 / growth(nowMillis);
            for (int i = 0; i < items.size(); i++) {
                if (counts[i] > 0) {
                    best.offer(items.id(i), counts[i] * scale, 0);
                }
            }
            Candidates fresh = new Candidates(topMax);
            best.drainTo(fresh, Reason.TRENDING);
            top = fresh;
            topMillis = nowMillis;
        }
        return top;
    }
}
