package dev.mobula.cluster.evaluate;

import dev.mobula.training.evaluate.LinkRow;
import dev.mobula.training.evaluate.RankingRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// One model's row of the table: means over the splits, times added up.
record EvaluatedRow(
        String model,
        double recall,
        double ndcg,
        double map,
        double precision,
        double coverage,
        Optional<LinkRow> links,
        int users,
        int splits,
        double fitSeconds,
        double rankSeconds) {

    static EvaluatedRow of(List<RankingRow> rows, Optional<LinkRow> links) {
        RankingRow first = rows.getFirst();
        return new EvaluatedRow(
                first.model(),
                mean(rows, RankingRow::recall),
                mean(rows, RankingRow::ndcg),
                mean(rows, RankingRow::map),
                mean(rows, RankingRow::precision),
                mean(rows, RankingRow::coverage),
                links,
                first.users(),
                rows.size(),
                rows.size() * mean(rows, RankingRow::fitSeconds),
                rows.size() * mean(rows, RankingRow::scoreSeconds));
    }

    private static double mean(List<RankingRow> rows, ToDoubleFunction<RankingRow> metric) {
        return rows.stream().mapToDouble(metric).average().orElse(Double.NaN);
    }

    /// The row for machines.
    Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("model", model);
        figures.put("recall", recall);
        figures.put("ndcg", ndcg);
        figures.put("map", map);
        figures.put("precision", precision);
        figures.put("coverage", coverage);
        links.ifPresent(
                row -> {
                    figures.put("auc_random", row.aucRandom());
                    figures.put("auc_degree_matched", row.aucDegreeMatched());
                });
        figures.put("users", users);
        figures.put("splits", splits);
        figures.put("fit_seconds", fitSeconds);
        figures.put("rank_seconds", rankSeconds);
        return figures;
    }
}
