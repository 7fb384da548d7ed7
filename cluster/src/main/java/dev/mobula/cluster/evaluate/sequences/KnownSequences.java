package dev.mobula.cluster.evaluate.sequences;

import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.data.Sequences;
import dev.mobula.training.evaluate.RankingRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Public sequences that are recognised by their sizes, with the numbers published for the same protocol and the goals.
enum KnownSequences {
    /// Amazon reviews of beauty products.
    BEAUTY(22_363, 12_101, 198_502, .0605, .0318),
    /// Artists listened to on LastFM.
    LAST_FM(1_090, 3_646, 52_551, .0688, .0390),
    /// Anything else.
    UNKNOWN(0, 0, 0, 0, 0);

    private static final double BLEND_HIT_RATE_MIN = .0762;
    private static final double BLEND_NDCG_MIN = .0475;
    private static final double CPU_SECONDS_MAX = 600;

    private final int users;
    private final int items;
    private final int events;
    private final double hitRateMin;
    private final double ndcgMin;

    KnownSequences(int users, int items, int events, double hitRateMin, double ndcgMin) {
        this.users = users;
        this.items = items;
        this.events = events;
        this.hitRateMin = hitRateMin;
        this.ndcgMin = ndcgMin;
    }

    static KnownSequences of(Sequences sequences) {
        for (KnownSequences known : values()) {
            if (known.users == sequences.users()
                    && known.items == sequences.items()
                    && known.events == sequences.size()) {
                return known;
            }
        }
        return UNKNOWN;
    }

    /// The published numbers as a table; empty for unknown sequences.
    Table references() {
        Table table = Table.of("published", "HR@10", "NDCG@10");
        return switch (this) {
            case BEAUTY ->
                    table.row("PopRec", ".0152", ".0068")
                            .row("GRU4Rec", ".0283", ".0137")
                            .row("SASRec", ".0605", ".0318")
                            .row("BERT4Rec", ".0347", ".0170")
                            .row("S3-Rec", ".0647", ".0327");
            case LAST_FM ->
                    table.row("PopRec", ".0440", ".0203")
                            .row("GRU4Rec", ".0367", ".0187")
                            .row("SASRec", ".0688", ".0390")
                            .row("BERT4Rec", ".0633", ".0337")
                            .row("S3-Rec", ".0743", ".0427");
            case UNKNOWN -> table;
        };
    }

    /// The targets that these rows meet or miss.
    List<Check> checks(Map<SequenceModels.Kind, RankingRow> rows) {
        List<Check> checks = new ArrayList<>();
        RankingRow learned = rows.get(SequenceModels.Kind.TRANSFORMER);
        RankingRow counted = rows.get(SequenceModels.Kind.TRANSITIONS);
        RankingRow blended = rows.get(SequenceModels.Kind.BLEND);
        if (this != UNKNOWN && learned != null) {
            checks.add(Check.atLeast("transformer HR@10", learned.recall(), "", hitRateMin));
            checks.add(Check.atLeast("transformer NDCG@10", learned.ndcg(), "", ndcgMin));
        }
        if (this == BEAUTY && learned != null && counted != null && blended != null) {
            double hits = Math.max(learned.recall(), counted.recall());
            double ndcg = Math.max(learned.ndcg(), counted.ndcg());
            checks.add(Check.atLeast("blend HR@10", blended.recall(), "", BLEND_HIT_RATE_MIN));
            checks.add(Check.atLeast("blend NDCG@10", blended.ndcg(), "", BLEND_NDCG_MIN));
            checks.add(above("blend HR@10 above both", blended.recall(), hits));
            checks.add(above("blend NDCG@10 above both", blended.ndcg(), ndcg));
        }
        return checks;
    }

    private static Check above(String name, double value, double other) {
        return Check.atLeast(name, value, "", Math.nextUp(other));
    }

    /// All the models together stay within their time.
    Optional<Check> checkOfTime(double cpuSeconds) {
        return this == UNKNOWN
                ? Optional.empty()
                : Optional.of(
                        Check.atMost("making the models", cpuSeconds, "CPU s", CPU_SECONDS_MAX));
    }
}
