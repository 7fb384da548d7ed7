package dev.mobula.training.evaluate;

/// What one model reached: the metrics' means over users, the share of items it ever recommends, and its times.
public record RankingRow(
        String model,
        int k,
        double recall,
        double ndcg,
        double map,
        double precision,
        double coverage,
        int users,
        double fitSeconds,
        double scoreSeconds) {}
