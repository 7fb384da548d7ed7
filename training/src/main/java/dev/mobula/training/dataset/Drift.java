package dev.mobula.training.dataset;

import dev.mobula.training.TrainingException;
import dev.mobula.training.columns.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;

/*
 * PSI = sum over bins of (p - q) ln(p / q), p the share of the bin in the one table and q in the other. Numbers are binned
 * at the deciles of the first table, values that repeat by the fifty most frequent of both and all others; missing values
 * are a bin. Empty bins count as half a row. Below .1 nothing has changed, above .25 much has, as the usual reading goes.
 *
 * KS = the largest difference of the shares of numbers at or below any value, looked for at a hundred quantiles of each.
 */
/// How far the values of one column differ between two tables.
///
/// @param populationStability the PSI
/// @param kolmogorovSmirnov the KS distance, for columns of numbers
/// @param missingBefore share of missing values in the first table
public record Drift(
        Column column,
        double populationStability,
        OptionalDouble kolmogorovSmirnov,
        double missingBefore,
        double missingAfter) {
    private static final int BINS = 10;
    private static final int PROBES = 100;
    private static final long CATEGORIES_MAX = 100;

    /// The drift of every column that both tables have, the largest first; refuses when they have none.
    public static List<Drift> between(TableProfile before, TableProfile after) {
        List<Drift> drifts = new ArrayList<>();
        for (ColumnProfile was : before.columns()) {
            for (ColumnProfile is : after.columns()) {
                if (was.column().equals(is.column())) {
                    drifts.add(of(was, is));
                }
            }
        }
        if (drifts.isEmpty()) {
            throw TrainingException.invalid(
                    "columns",
                    after.columns().stream().map(ColumnProfile::column).toList(),
                    "must share one with "
                            + before.columns().stream().map(ColumnProfile::column).toList());
        }
        drifts.sort((a, b) -> Double.compare(b.populationStability(), a.populationStability()));
        return drifts;
    }

    private static Drift of(ColumnProfile was, ColumnProfile is) {
        boolean bothHaveNumbers = was.numbers().isPresent() && is.numbers().isPresent();
        return new Drift(
                was.column(),
                isCategorical(was) ? categories(was, is) : numbers(was, is),
                bothHaveNumbers && !isCategorical(was)
                        ? OptionalDouble.of(kolmogorovSmirnov(was.sketch(), is.sketch()))
                        : OptionalDouble.empty(),
                share(was.missing(), was.rows()),
                share(is.missing(), is.rows()));
    }

    /// Texts, flags, what lists hold, and whole numbers of which there are few.
    private static boolean isCategorical(ColumnProfile profile) {
        return switch (profile.column().kind()) {
            case TEXT, FLAG, WHOLES, TEXTS -> true;
            case WHOLE -> profile.distinct() <= CATEGORIES_MAX;
            case NUMBER, REAL, INSTANT, BYTES, REALS -> false;
        };
    }

    private static double share(long part, long all) {
        return all == 0 ? 0 : (double) part / all;
    }

    private static double numbers(ColumnProfile was, ColumnProfile is) {
        TreeSet<Double> edges = new TreeSet<>();
        if (was.numbers().isPresent()) {
            for (int i = 1; i < BINS; i++) {
                edges.add(was.sketch().quantile((double) i / BINS));
            }
        }
        List<double[]> bins = new ArrayList<>();
        double belowWas = 0;
        double belowIs = 0;
        for (double edge : edges) {
            double upToWas = share(was, edge);
            double upToIs = share(is, edge);
            bins.add(new double[] {upToWas - belowWas, upToIs - belowIs});
            belowWas = upToWas;
            belowIs = upToIs;
        }
        bins.add(new double[] {1 - missing(was) - belowWas, 1 - missing(is) - belowIs});
        bins.add(new double[] {missing(was), missing(is)});
        return stability(bins, was.rows(), is.rows());
    }

    /// The share of all rows that have a number at or below a value.
    private static double share(ColumnProfile profile, double value) {
        return profile.numbers().isEmpty()
                ? 0
                : profile.sketch().share(value) * (1 - missing(profile));
    }

    private static double missing(ColumnProfile profile) {
        return share(profile.missing() + profile.notFinite(), profile.rows());
    }

    private static double categories(ColumnProfile was, ColumnProfile is) {
        TreeSet<String> named = new TreeSet<>();
        was.top().forEach(top -> named.add(top.value()));
        is.top().forEach(top -> named.add(top.value()));
        long allWas = was.sketch().categories() + was.missing();
        long allIs = is.sketch().categories() + is.missing();
        List<double[]> bins = new ArrayList<>();
        double restWas = 1 - share(was.missing(), allWas);
        double restIs = 1 - share(is.missing(), allIs);
        for (String value : named) {
            double[] bin = {
                share(was.sketch().count(value), allWas), share(is.sketch().count(value), allIs)
            };
            restWas -= bin[0];
            restIs -= bin[1];
            bins.add(bin);
        }
        bins.add(new double[] {Math.max(0, restWas), Math.max(0, restIs)});
        bins.add(new double[] {share(was.missing(), allWas), share(is.missing(), allIs)});
        return stability(bins, allWas, allIs);
    }

    private static double stability(List<double[]> bins, long rowsBefore, long rowsAfter) {
        double sum = 0;
        for (double[] bin : bins) {
            if (bin[0] <= 0 && bin[1] <= 0) {
                continue;
            }
            double p = Math.max(bin[0], .5 / Math.max(1, rowsBefore));
            double q = Math.max(bin[1], .5 / Math.max(1, rowsAfter));
            sum += (p - q) * Math.log(p / q);
        }
        return sum;
    }

    private static double kolmogorovSmirnov(ColumnSketch was, ColumnSketch is) {
        double largest = 0;
        for (int i = 1; i <= PROBES; i++) {
            double rank = (double) i / PROBES;
            for (double value : new double[] {was.quantile(rank), is.quantile(rank)}) {
                largest = Math.max(largest, Math.abs(was.share(value) - is.share(value)));
            }
        }
        return largest;
    }
}
