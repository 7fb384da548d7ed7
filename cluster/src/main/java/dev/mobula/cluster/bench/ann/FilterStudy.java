package dev.mobula.cluster.bench.ann;

import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.frozen.AcceptedRows;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.frozen.FrozenSearcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Filtered search at shares from half to a thousandth: what the index does, against an exact scan of the accepted rows
/// and a walk through the graph.
final class FilterStudy {
    private static final int[] SHARES = {500, 200, 100, 50, 10, 1};
    private static final double RECALL_MIN = .98;
    private static final double SLOWER_MAX = 1.2;
    private static final int ROUNDS = 5;

    /// Below this share a walk takes milliseconds, and nobody would choose it.
    private static final int WALKED_SHARE_MIN = 50;

    private final FrozenIndex index;
    private final FrozenSearcher searcher;
    private final FrozenIndex graph;
    private final FrozenSearcher walker;
    private final float[][] queries;
    private final int ef;

    FilterStudy(AnnIndexes indexes, AnnData data, int queries, int ef) {
        index = indexes.chosen();
        graph = indexes.graph();
        walker = graph.searcher(System::nanoTime);
        this.ef = ef;
        this.queries = Arrays.copyOf(data.queries(), Math.min(queries, data.queries().length));
        searcher = index.searcher(System::nanoTime);
    }

    /// How one filter went: microseconds of the choice, of the scan and of the walk, and the choice's recall.
    private record Row(String filter, double chosen, double scan, double walk, double recall) {
        double slower() {
            return chosen / Math.min(scan, walk);
        }
    }

    void report(Report report) {
        List<Row> rows = new ArrayList<>();
        for (String column : AnnIndex.SCHEMA.columns()) {
            for (int share : SHARES) {
                rows.add(measured(column, share));
            }
        }
        Table table =
                Table.of("filter", "chosen us", "scan us", "walk us", "chosen/best", "recall@10");
        List<Map<String, Object>> figures = new ArrayList<>();
        for (Row row : rows) {
            boolean walked = Double.isFinite(row.walk);
            Object walk = walked ? (Object) row.walk : "-";
            table.row(row.filter, row.chosen, row.scan, walk, row.slower(), row.recall);
            Map<String, Object> figure = new TreeMap<>();
            figure.put("filter", row.filter);
            figure.put("chosen_us", row.chosen);
            figure.put("scan_us", row.scan);
            figure.put("recall", row.recall);
            if (walked) {
                figure.put("walk_us", row.walk);
            }
            figures.add(figure);
        }
        report.table("filtered search at ef " + ef, table).figure("filters", figures);
        report.check(
                Check.atLeast(
                        "filtered recall@10, worst",
                        rows.stream().mapToDouble(Row::recall).min().orElse(Double.NaN),
                        "",
                        RECALL_MIN));
        report.check(
                Check.atMost(
                        "filtered search over the better of scan and walk, worst",
                        rows.stream().mapToDouble(Row::slower).max().orElse(Double.NaN),
                        "x",
                        SLOWER_MAX));
    }

    private Row measured(String column, int share) {
        Filter filter = Filter.between(column, 0, share - 1L);
        double[] chosen = new double[ROUNDS];
        double[] scan = new double[ROUNDS];
        double[] walk = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            chosen[round] =
                    micros(
                            index,
                            filter,
                            (query, rows) ->
                                    searcher.search(
                                            query,
                                            AnnData.K,
                                            ef,
                                            rows,
                                            FrozenSearcher.NO_DEADLINE));
            scan[round] =
                    micros(
                            index,
                            filter,
                            (query, rows) ->
                                    searcher.scan(
                                            query, AnnData.K, rows, FrozenSearcher.NO_DEADLINE));
            walk[round] =
                    share < WALKED_SHARE_MIN
                            ? Double.POSITIVE_INFINITY
                            : micros(
                                    graph,
                                    filter,
                                    (query, rows) ->
                                            walker.walk(
                                                    query,
                                                    AnnData.K,
                                                    ef,
                                                    rows,
                                                    FrozenSearcher.NO_DEADLINE));
        }
        String name =
                "%s %.1f %%"
                        .formatted(column.equals("dice") ? "random" : "correlated", share / 10.0);
        return new Row(name, median(chosen), median(scan), median(walk), recall(filter));
    }

    private interface Search {
        int run(float[] query, AcceptedRows accepted);
    }

    private double micros(FrozenIndex searched, Filter filter, Search search) {
        Stopwatch time = new Stopwatch();
        for (float[] query : queries) {
            search.run(query, AcceptedRows.of(searched, filter, row -> true));
        }
        return time.micros() / queries.length;
    }

    private double recall(Filter filter) {
        double hits = 0;
        double truths = 0;
        long[] truth = new long[AnnData.K];
        for (float[] query : queries) {
            AcceptedRows accepted = AcceptedRows.of(index, filter, row -> true);
            int expected = searcher.scan(query, AnnData.K, accepted, FrozenSearcher.NO_DEADLINE);
            for (int i = 0; i < expected; i++) {
                truth[i] = index.id(searcher.row(i));
            }
            int found = searcher.search(query, AnnData.K, ef, accepted, FrozenSearcher.NO_DEADLINE);
            for (int i = 0; i < found; i++) {
                long id = index.id(searcher.row(i));
                hits += Arrays.stream(truth, 0, expected).anyMatch(known -> known == id) ? 1 : 0;
            }
            truths += expected;
        }
        return hits / truths;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
