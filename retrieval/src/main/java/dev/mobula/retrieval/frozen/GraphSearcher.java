package dev.mobula.retrieval.frozen;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.mobula.retrieval.frozen.SnapshotHeader.Section;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/*
 * Best-first walk over the base layer from the row that the upper layers lead to. Each hop names the neighbours not yet
 * met (their codes start to arrive), scores them four at a time, and places the good ones in the beam. At the end only
 * the best max(4k, 32) are scored again by their floats: int8 order is nearly right, and re-ranking the whole beam would
 * cost more than it finds.
 *
 * With a filter the walk goes through rejected rows but only accepted ones count towards the width of the beam, so it
 * costs about 1 / share as much. An exact scan of the accepted rows costs share * rows and misses nothing. The cheaper
 * one is chosen by estimate. When the filter is correlated with the data the estimate is wrong, so the walk looks at how
 * its beam fills, and gives way to the scan once that would be cheaper than going on.
 *
 * Cost: O(ef * links) distances for the walk. Nothing is allocated: the beam grows to its largest use and stays.
 */

/// Searches an index by walking its graph.
final class GraphSearcher extends FrozenSearcher {
    private static final int RERANK_MIN = 32;
    private static final int RERANK_PER_RESULT = 4;
    private static final int HOPS_BETWEEN_CHECKS = 32;
    private static final int ROWS_BETWEEN_CHECKS = 4096;

    /* Costs in distances of a walk, measured by the filter table of the `ann` benchmark. */
    private static final double SCAN_COST = .3;
    private static final double TEST_COST = .03;
    private static final double DISTANCES_PER_EF = 12;
    private static final double NO_SCAN = Double.MAX_VALUE;

    private final MemorySegment segment;
    private final long linksAt;
    private final long linkRowBytes;
    private final VisitedRows visited;
    private final Beam beam = new Beam();
    private int touched;
    private float nearestDistance;

    GraphSearcher(FrozenIndex index, LongSupplier nanoClock) {
        super(index, nanoClock);
        segment = index.segment();
        linksAt = index.offset(Section.LINKS);
        linkRowBytes = 4L * index.baseLinks();
        visited = new VisitedRows(index.count());
    }

    @Override
    public int search(float[] prepared, int k, int ef, long deadlineNanos) {
        begin(prepared, deadlineNanos);
        if (index.count() > 0) {
            walk(Math.max(k, ef), null, NO_SCAN);
        }
        return rank(k);
    }

    @Override
    public int search(float[] prepared, int k, int ef, AcceptedRows accepted, long deadlineNanos) {
        begin(prepared, deadlineNanos);
        if (index.count() > 0) {
            searchAccepted(k, Math.max(k, ef), accepted);
        }
        return rank(k);
    }

    @Override
    public int scan(float[] prepared, int k, AcceptedRows accepted, long deadlineNanos) {
        begin(prepared, deadlineNanos);
        scanAccepted(k, accepted);
        return rank(k);
    }

    @Override
    public int walk(float[] prepared, int k, int ef, AcceptedRows accepted, long deadlineNanos) {
        begin(prepared, deadlineNanos);
        if (index.count() > 0) {
            walk(Math.max(k, ef), accepted, NO_SCAN);
        }
        return rank(k);
    }

    @Override
    int touched() {
        return touched + super.touched();
    }

    @Override
    void begin(float[] prepared, long deadlineNanos) {
        super.begin(prepared, deadlineNanos);
        beam.reset(1);
    }

    private void searchAccepted(int k, int ef, AcceptedRows accepted) {
        double scanCost = scanCost(accepted);
        double share = Math.max((double) accepted.estimate() / index.count(), 1e-9);
        boolean walked =
                accepted.rows() == null
                        && DISTANCES_PER_EF * ef / share < scanCost
                        && walk(ef, accepted, scanCost);
        if (!walked || (complete() && beam.accepted() < k)) {
            scanAccepted(k, accepted);
        }
    }

    private double scanCost(AcceptedRows accepted) {
        return accepted.rows() == null
                ? accepted.estimate() * SCAN_COST + index.count() * TEST_COST
                : accepted.estimate() * SCAN_COST;
    }

    /* False when a scan turned out to be cheaper than going on. Without a filter every row counts. */
    private boolean walk(int ef, @Nullable AcceptedRows accepted, double scanCost) {
        int start = descend();
        visited.clear();
        visited.add(start);
        float distance = scoreOne(start);
        beam.reset(ef);
        beam.add(distance, start, accepted == null || accepted.test(start));
        for (int place = beam.next(); place >= 0; place = beam.next()) {
            int row = beam.expand(place);
            touchNext();
            expand(row);
            for (int i = 0; i < scorer.count(); i++) {
                if (beam.admits(scorer.distance(i))) {
                    int link = scorer.row(i);
                    beam.add(scorer.distance(i), link, accepted == null || accepted.test(link));
                }
            }
            if (hops % HOPS_BETWEEN_CHECKS == 0) {
                if (isLate()) {
                    return true;
                }
                if (accepted != null && remainingCost(ef) > scanCost) {
                    return false;
                }
            }
        }
        return true;
    }

    /* Distances still to come if the beam goes on filling as it did. */
    private double remainingCost(int ef) {
        if (beam.isFull()) {
            return 0;
        }
        return (double) distances * ef / Math.max(beam.accepted(), .5) - distances;
    }

    private int descend() {
        int row = index.entry();
        float nearest = scoreOne(row);
        List<LayeredGraph.Layer> layers = index.layers();
        for (int level = layers.size() - 1; level >= 0; level--) {
            LayeredGraph.Layer layer = layers.get(level);
            int at = Arrays.binarySearch(layer.rows(), row);
            for (int from = -1; at != from; ) {
                from = at;
                int next = nearestOf(layer, from, nearest);
                if (next >= 0) {
                    at = next;
                    nearest = nearestDistance;
                }
            }
            row = layer.rows()[at];
        }
        return row;
    }

    private int nearestOf(LayeredGraph.Layer layer, int place, float nearest) {
        int width = layer.linksPerRow();
        int start = place * width;
        scorer.clear();
        for (int i = start; i < start + width && layer.links()[i] >= 0; i++) {
            scorer.add(layer.rows()[layer.links()[i]]);
        }
        score();
        int found = -1;
        nearestDistance = nearest;
        for (int i = 0; i < scorer.count(); i++) {
            if (scorer.distance(i) < nearestDistance) {
                nearestDistance = scorer.distance(i);
                found = layer.links()[start + i];
            }
        }
        return found;
    }

    /* Names and scores the neighbours of a row that were not met before. */
    private void expand(int row) {
        hops++;
        scorer.clear();
        long at = linksAt + row * linkRowBytes;
        for (long end = at + linkRowBytes; at < end; at += Integer.BYTES) {
            int link = segment.get(SnapshotStructure.INT, at);
            if (link < 0) {
                break;
            }
            scorer.addIf(link, visited.addAndCount(link));
        }
        score();
    }

    /* The links of the row that is next unless a nearer one turns up arrive while this one is worked on. */
    private void touchNext() {
        int place = beam.next();
        if (place >= 0) {
            long at = linksAt + beam.row(place) * linkRowBytes;
            touched += segment.get(JAVA_BYTE, at);
            touched += segment.get(JAVA_BYTE, at + linkRowBytes / 2);
        }
    }

    private void score() {
        scorer.score();
        distances += scorer.count();
    }

    private float scoreOne(int row) {
        scorer.clear();
        scorer.add(row);
        score();
        return scorer.distance(0);
    }

    private void scanAccepted(int k, AcceptedRows accepted) {
        beam.reset(rerankRows(k));
        scorer.clear();
        int @Nullable [] rows = accepted.rows();
        int count = rows == null ? index.count() : rows.length;
        for (int from = 0; from < count; from += SCAN_BLOCK_ROWS) {
            int to = Math.min(from + SCAN_BLOCK_ROWS, count);
            if (rows == null) {
                nameAccepted(accepted, from, to);
            } else {
                for (int i = from; i < to; i++) {
                    scorer.add(rows[i]);
                }
            }
            placeScored();
            if (from % ROWS_BETWEEN_CHECKS == 0 && isLate()) {
                return;
            }
        }
    }

    /* A loop of its own, so that it is compiled alone and the same for every caller. */
    private void nameAccepted(AcceptedRows accepted, int from, int to) {
        for (int row = from; row < to; row++) {
            scorer.addIf(row, accepted.test(row) ? 1 : 0);
        }
    }

    private void placeScored() {
        score();
        for (int i = 0; i < scorer.count(); i++) {
            if (beam.admits(scorer.distance(i))) {
                beam.add(scorer.distance(i), scorer.row(i), true);
            }
        }
        scorer.clear();
    }

    /* Exact scores for the head of the beam, and the k best of it in their final order. */
    private int rank(int k) {
        beginResults(k);
        int left = Math.min(rerankRows(k), beam.accepted());
        for (int place = 0; left > 0; place++) {
            if (beam.isAccepted(place)) {
                offer(beam.row(place));
                left--;
            }
        }
        placeExact();
        return results();
    }

    private static int rerankRows(int k) {
        return Math.max(RERANK_PER_RESULT * k, RERANK_MIN);
    }
}
