package dev.mobula.retrieval.frozen;

import dev.mobula.retrieval.frozen.SnapshotHeader.Section;
import dev.mobula.retrieval.kernels.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/*
 * The query meets all centres, and the leaves are read in the order in which their centres are near. A leaf is read whole,
 * by its codes, 32 rows at a time [1]; rows whose sum passes the worst of the short list so far join the list. At the end
 * the whole short list is scored by floats.
 *
 * Tables hold 0..127: each plane's products with the query, above the plane's least. One step for all planes makes the
 * sums comparable across rows; what rounding loses is far below what the codes lose.
 *
 * With a filter only accepted rows count, and twice as many are read, since the best of them lie farther from the query,
 * over more leaves.
 * Wherever they lie, the search ends at the latest when all leaves were read, so there is no choice to get wrong: it
 * costs at most one test of each row and the codes of the accepted ones.
 *
 * Cost: leaves + rows of the leaves read. Nothing is allocated.
 *
 * [1] Sun et al.: SOAR, NeurIPS 2023, and the papers named by LeafBuilder and the kernels.
 */

/// Searches an index by reading its nearest leaves.
final class LeafSearcher extends FrozenSearcher {
    private static final Kernels KERNELS = Kernels.best();
    private static final int EF_PER_LEAF = 4;
    private static final double SHORTLIST_PER_ROOT_OF_RESULTS = 9.5;
    private static final int EF_PER_SHORTLISTED = 4;
    private static final double FILTERED_WIDER = 2;
    private static final int ENTRY_MAX = 127;

    private final int[] starts;
    private final int[] blockStarts;
    private final float[] points;
    private final int length;
    private final int blockBytes;
    private final MemorySegment segment;
    private final long centresAt;
    private final long codesAt;
    private final float[] query;
    private final float[] dots;
    private final float[] products;
    private final float[] lows;
    private final float[] highs;
    private final byte[] tables;
    private final short[] sums = new short[Kernels.BLOCK_ROWS];
    private final Shortlist shortlist = new Shortlist();
    private final Shortlist nearest = new Shortlist();
    private int ordered;
    private float step;
    private float least;
    private int seen;

    LeafSearcher(FrozenIndex index, LongSupplier nanoClock) {
        super(index, nanoClock);
        starts = index.leafStarts();
        blockStarts = Leaves.blockStarts(starts);
        points = index.leafPoints();
        length = index.layout().length();
        blockBytes = Leaves.blockBytes(length);
        segment = index.segment();
        centresAt = index.offset(Section.CENTRES);
        codesAt = index.offset(Section.LEAF_CODES);
        query = new float[length];
        dots = new float[Leaves.centreBlocks(leaves()) * Kernels.PADDING];
        products = new float[points.length / Leaves.PLANE];
        lows = new float[length / Leaves.PLANE];
        highs = new float[lows.length];
        tables = new byte[products.length];
    }

    @Override
    public int search(float[] prepared, int k, int ef, long deadlineNanos) {
        return searchLeaves(prepared, k, Math.max(k, ef), null, deadlineNanos);
    }

    @Override
    public int search(float[] prepared, int k, int ef, AcceptedRows accepted, long deadlineNanos) {
        return accepted.rows() != null
                ? scan(prepared, k, accepted, deadlineNanos)
                : searchLeaves(prepared, k, Math.max(k, ef), accepted, deadlineNanos);
    }

    @Override
    public int walk(float[] prepared, int k, int ef, AcceptedRows accepted, long deadlineNanos) {
        return searchLeaves(prepared, k, Math.max(k, ef), accepted, deadlineNanos);
    }

    @Override
    public int scan(float[] prepared, int k, AcceptedRows accepted, long deadlineNanos) {
        begin(prepared, deadlineNanos);
        beginResults(k);
        int @Nullable [] rows = accepted.rows();
        int count = rows == null ? index.count() : rows.length;
        for (int i = 0; i < count; i++) {
            int row = rows == null ? i : rows[i];
            if (rows != null || accepted.test(row)) {
                offer(row);
            }
            if (i % (SCAN_BLOCK_ROWS * SCAN_BLOCK_ROWS) == 0 && isLate()) {
                break;
            }
        }
        placeExact();
        return results();
    }

    private int leaves() {
        return starts.length - 1;
    }

    private int searchLeaves(
            float[] prepared, int k, int ef, @Nullable AcceptedRows accepted, long deadlineNanos) {
        begin(prepared, deadlineNanos);
        beginResults(k);
        if (index.count() == 0) {
            return 0;
        }
        System.arraycopy(prepared, 0, query, 0, Math.min(prepared.length, length));
        shortlist.reset(shortlisted(k, ef));
        meetCentres();
        fillTables();
        double wanted = (double) ef / EF_PER_LEAF * index.count() / leaves();
        if (accepted != null) {
            wanted *= FILTERED_WIDER;
        }
        seen = 0;
        for (int place = 0; place < leaves() && seen < wanted && !isLate(); place++) {
            read(leafAt(place, wanted), accepted);
        }
        distances += leaves();
        return rank();
    }

    /* What codes misplace are some of those about the k-th place, as many as the root of k, not as many as k. */
    private static int shortlisted(int k, int ef) {
        return (int) (k + SHORTLIST_PER_ROOT_OF_RESULTS * Math.sqrt(k)) + ef / EF_PER_SHORTLISTED;
    }

    private void meetCentres() {
        KERNELS.dotBlocks(query, segment, centresAt, length, dots.length / Kernels.PADDING, dots);
        Arrays.fill(dots, leaves(), dots.length, Float.NEGATIVE_INFINITY);
        ordered = 0;
    }

    /* Leaves are put in order as far as they are needed: first about as many as hold the rows wanted, then twice that. */
    private int leafAt(int place, double wanted) {
        if (place == ordered) {
            int about = (int) (wanted * leaves() / index.count()) + 2;
            nearest.reset(Math.max(2 * ordered, about));
            nearest.takeBest(dots, leaves());
            ordered = nearest.size();
        }
        return nearest.row(place);
    }

    private void fillTables() {
        int planes = length / Leaves.PLANE;
        KERNELS.planeProducts(query, points, planes, products, lows, highs);
        least = 0;
        float widest = 0;
        for (int plane = 0; plane < planes; plane++) {
            least += lows[plane];
            widest = Math.max(widest, highs[plane] - lows[plane]);
        }
        int entryMax = Math.min(ENTRY_MAX, Short.MAX_VALUE / planes);
        step = widest > 0 ? widest / entryMax : 1;
        float perStep = 1 / step;
        for (int plane = 0; plane < planes; plane++) {
            float low = lows[plane];
            int from = plane * Leaves.POINTS;
            for (int i = from; i < from + Leaves.POINTS; i++) {
                tables[i] = (byte) ((products[i] - low) * perStep + .5f);
            }
        }
    }

    private void read(int leaf, @Nullable AcceptedRows accepted) {
        hops++;
        float base = dots[leaf] + least;
        int end = starts[leaf + 1];
        long at = codesAt + (long) blockStarts[leaf] * blockBytes;
        for (int row = starts[leaf]; row < end; row += Kernels.BLOCK_ROWS, at += blockBytes) {
            int rows = Math.min(Kernels.BLOCK_ROWS, end - row);
            int passing = accepted == null ? -1 >>> -rows : passing(accepted, row, rows);
            if (passing == 0) {
                continue;
            }
            int count = Integer.bitCount(passing);
            seen += count;
            distances += count;
            float over = (shortlist.bound() - base) / step;
            int threshold = (int) Math.clamp(over, -1f, Short.MAX_VALUE);
            int above = KERNELS.sumCodes(segment, at, tables, threshold, sums) & passing;
            for (; above != 0; above &= above - 1) {
                int place = Integer.numberOfTrailingZeros(above);
                shortlist.add(base + sums[place] * step, row + place);
            }
        }
    }

    private static int passing(AcceptedRows accepted, int from, int rows) {
        int passing = 0;
        for (int i = 0; i < rows; i++) {
            passing |= accepted.test(from + i) ? 1 << i : 0;
        }
        return passing;
    }

    private int rank() {
        shortlist.trim();
        for (int i = 0; i < shortlist.size(); i++) {
            offer(shortlist.row(i));
        }
        placeExact();
        return results();
    }
}
