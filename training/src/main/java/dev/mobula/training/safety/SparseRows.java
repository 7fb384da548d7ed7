package dev.mobula.training.safety;

import dev.mobula.ranking.safety.Ngrams;
import java.util.Arrays;
import java.util.List;

/// Texts as rows of a sparse matrix: buckets that at least some texts have, weighed by rarity, each half of a row of
/// length one.
final class SparseRows {
    private final float[] rarity;
    private final int[] columnOf;
    private final int columns;
    private final int tableBits;
    private final long[] starts;
    private int[] indexes = new int[1 << 16];
    private float[] values = new float[1 << 16];

    private SparseRows(float[] rarity, int[] columnOf, int columns, int tableBits, int rows) {
        this.tableBits = tableBits;
        this.rarity = rarity;
        this.columnOf = columnOf;
        this.columns = columns;
        this.starts = new long[rows + 1];
    }

    /// Counts, weighs, and lays out the rows of canonical texts.
    static SparseRows of(List<String> canonical, int bits, int textsMin) {
        return of(canonical, bits, bits, textsMin);
    }

    /// The same for a table smaller than the range in which n-grams are counted.
    static SparseRows of(List<String> canonical, int bits, int tableBits, int textsMin) {
        Ngrams grams = new Ngrams(bits);
        int[] seen = new int[Ngrams.buckets(tableBits)];
        for (String text : canonical) {
            grams.read(text);
            for (int i = 0; i < grams.size(); i++) {
                seen[grams.coarse(i, tableBits)]++;
            }
        }
        float[] rarity = new float[seen.length];
        int[] columnOf = new int[seen.length];
        Arrays.fill(columnOf, -1);
        int columns = 0;
        for (int bucket = 0; bucket < seen.length; bucket++) {
            if (seen[bucket] >= textsMin) {
                rarity[bucket] =
                        (float) (1 + Math.log((1.0 + canonical.size()) / (1.0 + seen[bucket])));
                columnOf[bucket] = columns++;
            }
        }
        SparseRows rows = new SparseRows(rarity, columnOf, columns, tableBits, canonical.size());
        for (int row = 0; row < canonical.size(); row++) {
            grams.read(canonical.get(row));
            rows.add(row, grams);
        }
        return rows;
    }

    private void add(int row, Ngrams grams) {
        int from = (int) starts[row];
        int end = add(grams, 0, grams.chars(), from);
        starts[row + 1] = add(grams, grams.chars(), grams.size(), end);
    }

    private int add(Ngrams grams, int from, int to, int start) {
        int end = start;
        double length = 0;
        for (int i = from; i < to; i++) {
            int bucket = grams.coarse(i, tableBits);
            if (columnOf[bucket] < 0) {
                continue;
            }
            if (end == indexes.length) {
                int capacity = Math.toIntExact(Math.min(Integer.MAX_VALUE - 8L, end * 2L));
                indexes = Arrays.copyOf(indexes, capacity);
                values = Arrays.copyOf(values, capacity);
            }
            float value = grams.weight(i) * rarity[bucket];
            indexes[end] = columnOf[bucket];
            values[end++] = value;
            length += value * value;
        }
        float scale = (float) (1 / Math.sqrt(Math.max(length, Float.MIN_NORMAL)));
        for (int i = start; i < end; i++) {
            values[i] *= scale;
        }
        return end;
    }

    int rows() {
        return starts.length - 1;
    }

    int columns() {
        return columns;
    }

    float rarity(int bucket) {
        return rarity[bucket];
    }

    /// The column of a bucket, or -1 when too few texts have it.
    int column(int bucket) {
        return columnOf[bucket];
    }

    int start(int row) {
        return (int) starts[row];
    }

    int end(int row) {
        return (int) starts[row + 1];
    }

    int index(int place) {
        return indexes[place];
    }

    float value(int place) {
        return values[place];
    }

    double dot(int row, double[] weights) {
        double sum = 0;
        for (int i = (int) starts[row]; i < starts[row + 1]; i++) {
            sum += values[i] * weights[indexes[i]];
        }
        return sum;
    }

    void addTo(int row, double times, double[] sums) {
        for (int i = (int) starts[row]; i < starts[row + 1]; i++) {
            sums[indexes[i]] += times * values[i];
        }
    }
}
