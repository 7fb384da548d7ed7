package dev.mobula.training.dataset;

import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.datasketches.frequencies.ErrorType;
import org.apache.datasketches.frequencies.FrequentItemsSketch;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;

/*
 * One pass and fixed memory: quantiles by KLL (k = 800: ranks within .4 %), distinct values by HyperLogLog (2^12 buckets:
 * within 1.6 %), the most frequent by Misra-Gries counters (768 of them: a value more frequent than 1 in 300 is never
 * missed), mean and deviation by Welford's sums.
 *
 * Karnin, Lang, Liberty: Optimal Quantile Approximation in Streams, 2016. Flajolet et al.: HyperLogLog, 2007.
 * Anderson et al.: A High-Performance Algorithm for Identifying Frequent Items in Data Streams, 2017.
 */
/// Takes in the values of one column and tells what they are like.
public final class ColumnSketch {
    private static final int QUANTILES_K = 800;
    private static final int DISTINCT_LOG = 12;
    private static final int FREQUENT_MAP = 1_024;
    private static final int TEXT_BYTES_MAX = 256;

    private final Column column;
    private final KllDoublesSketch quantiles = KllDoublesSketch.newHeapInstance(QUANTILES_K);
    private final HllSketch distinct = new HllSketch(DISTINCT_LOG);
    private final FrequentItemsSketch<String> frequent = new FrequentItemsSketch<>(FREQUENT_MAP);
    private long rows;
    private long missing;
    private long notFinite;
    private long numbers;
    private double mean;
    private double squares;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private long elements;

    ColumnSketch(Column column) {
        this.column = column;
    }

    void add(Values values) {
        rows += values.size();
        missing += values.missingCount();
        for (int i = 0; i < values.size(); i++) {
            if (!values.isMissing(i)) {
                add(values, i);
            }
        }
    }

    private void add(Values values, int row) {
        switch (values) {
            case Values.Wholes wholes -> {
                number((double) wholes.get(row));
                category(Long.toString(wholes.get(row)));
            }
            case Values.Numbers numbers -> number(numbers.get(row));
            case Values.Reals reals -> number(reals.get(row));
            case Values.Texts texts -> {
                number(texts.length(row));
                if (column.kind() == Column.Kind.TEXT && texts.length(row) <= TEXT_BYTES_MAX) {
                    category(texts.get(row));
                }
            }
            case Values.Lists lists -> {
                number(lists.length(row));
                elements += lists.length(row);
                for (int i = lists.start(row); i < lists.start(row) + lists.length(row); i++) {
                    element(lists.elements(), i);
                }
            }
        }
    }

    private void element(Values elements, int at) {
        switch (elements) {
            case Values.Wholes wholes -> category(Long.toString(wholes.get(at)));
            case Values.Texts texts -> category(texts.get(at));
            case Values.Numbers _, Values.Reals _, Values.Lists _ -> {}
        }
    }

    private void number(double value) {
        if (!Double.isFinite(value)) {
            notFinite++;
            return;
        }
        numbers++;
        double off = value - mean;
        mean += off / numbers;
        squares += off * (value - mean);
        min = Math.min(min, value);
        max = Math.max(max, value);
        quantiles.update(value);
    }

    private void category(String value) {
        distinct.update(value);
        frequent.update(value);
    }

    /// What was taken in.
    ColumnProfile profile() {
        return new ColumnProfile(
                column,
                rows,
                missing,
                notFinite,
                elements,
                numbers == 0 ? Optional.empty() : Optional.of(numbers()),
                Math.round(distinct.getEstimate()),
                top(),
                this);
    }

    private ColumnProfile.Numbers numbers() {
        List<Double> found = new ArrayList<>();
        for (double rank : ColumnProfile.RANKS) {
            found.add(quantile(rank));
        }
        return new ColumnProfile.Numbers(min, max, mean, Math.sqrt(squares / numbers), found);
    }

    private List<ColumnProfile.Top> top() {
        List<ColumnProfile.Top> top = new ArrayList<>();
        if (!frequent.isEmpty()) {
            for (FrequentItemsSketch.Row<String> row :
                    frequent.getFrequentItems(ErrorType.NO_FALSE_POSITIVES)) {
                if (top.size() < ColumnProfile.TOP_MAX) {
                    top.add(new ColumnProfile.Top(row.getItem(), row.getEstimate()));
                }
            }
        }
        return top;
    }

    /// The value below or at which this share of the numbers lies.
    double quantile(double rank) {
        return quantiles.getQuantile(rank, QuantileSearchCriteria.INCLUSIVE);
    }

    /// The share of the numbers at or below a value.
    double share(double value) {
        return quantiles.getRank(value, QuantileSearchCriteria.INCLUSIVE);
    }

    /// About how often a category is there.
    long count(String category) {
        return frequent.getEstimate(category);
    }

    /// All categories that were counted, elements of lists one by one.
    long categories() {
        return frequent.getStreamLength();
    }
}
