package dev.mobula.cluster.evaluate;

import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.data.Split;
import dev.mobula.training.evaluate.ModelName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Public data sets that are recognised by their sizes, with the numbers published for the same split.
///
/// A check belongs to one data set, protocol and model; it is made only from a run of exactly these.
enum Published {
    /// Check-ins in the LightGCN split.
    GOWALLA(Protocol.GIVEN, 29_858, 40_981, 810_128 + 217_242),
    /// MovieLens 100k, three quarters of every item's ratings to learn from.
    MOVIELENS_STRATIFIED(Protocol.STRATIFIED, 943, 1_682, 100_000),
    /// MovieLens 100k by the portable split.
    MOVIELENS_PORTABLE(Protocol.PORTABLE, 943, 1_682, 100_000),
    /// German Twitch friendships, each counted in both directions.
    TWITCH(Protocol.LINKS, 9_498, 9_498, 2 * 153_138),
    /// Anything else.
    UNKNOWN(Protocol.GIVEN, 0, 0, 0);

    private static final double GOWALLA_RECALL_MIN = .185;
    private static final double GOWALLA_NDCG_MIN = .155;
    private static final double GOWALLA_SECONDS_MAX = 60;
    private static final double GOWALLA_EMBEDDING_RECALL_MIN = .170;
    private static final double EMBEDDING_SECONDS_MAX = 600;
    private static final double MOVIELENS_NDCG_MIN = .47;
    private static final double MOVIELENS_EMBEDDING_NDCG_MIN = .442;

    private final Protocol protocol;
    private final int users;
    private final int items;
    private final int pairs;

    Published(Protocol protocol, int users, int items, int pairs) {
        this.protocol = protocol;
        this.users = users;
        this.items = items;
        this.pairs = pairs;
    }

    static Published of(Protocol protocol, Split split) {
        int pairs = split.train().size() + split.validation().size() + split.test().size();
        for (Published known : values()) {
            if (known.protocol == protocol
                    && known.users == split.train().users()
                    && known.items == split.train().items()
                    && known.pairs == pairs) {
                return known;
            }
        }
        return UNKNOWN;
    }

    /// The published numbers as a table; empty for an unknown data set.
    Table references() {
        return switch (this) {
            case GOWALLA ->
                    Table.of("published", "Recall@20", "NDCG@20")
                            .row("ItemCF", ".1570", ".1214")
                            .row("MF-BPR", ".1627", ".1378")
                            .row("EASE", ".1765", ".1467")
                            .row("LightGCN", ".1820", ".1547")
                            .row("GF-CF", ".1849", ".1518")
                            .row("UltraGCN", ".1862", ".1580")
                            .row("SimpleX", ".1872", ".1557");
            case MOVIELENS_STRATIFIED ->
                    Table.of("published", "NDCG@10", "MAP@10", "P@10", "Recall@10")
                            .row("BiVAE", ".475", ".146", ".412", ".219")
                            .row("BPR", ".442", ".132", ".388", ".213")
                            .row("LightGCN", ".420", ".089", ".380", ".144")
                            .row("NCF", ".396", ".108", ".347", ".181")
                            .row("SAR", ".382", ".111", ".331", ".176")
                            .row("ALS", ".044", ".005", ".048", ".018");
            case MOVIELENS_PORTABLE ->
                    Table.of("reference", "Recall@20", "NDCG@20")
                            .row("EASE, ridge 200", ".3636", ".2964")
                            .row("most popular", ".1729", ".1407");
            case TWITCH ->
                    Table.of("reference", "AUC random")
                            .row("Adamic-Adar", ".8106")
                            .row("degree product", ".9129");
            case UNKNOWN -> Table.of("published");
        };
    }

    /// The targets that these rows meet or miss, the rows by the names of their models.
    List<Check> checks(Map<String, EvaluatedRow> rows, int k, double secondsToRead) {
        List<Check> checks = new ArrayList<>();
        EvaluatedRow filter = rows.get("graph-filter");
        EvaluatedRow closedForm = rows.get("ease");
        if (this == GOWALLA && filter != null && k == 20) {
            double seconds = secondsToRead + filter.fitSeconds() + filter.rankSeconds();
            checks.add(
                    Check.atLeast(
                            "graph filter Recall@20", filter.recall(), "", GOWALLA_RECALL_MIN));
            checks.add(Check.atLeast("graph filter NDCG@20", filter.ndcg(), "", GOWALLA_NDCG_MIN));
            checks.add(Check.atMost("graph filter, all of it", seconds, "s", GOWALLA_SECONDS_MAX));
        }
        if (this == MOVIELENS_STRATIFIED
                && closedForm != null
                && k == 10
                && closedForm.splits() >= 5) {
            checks.add(
                    Check.atLeast(
                            "closed form NDCG@10, mean of " + closedForm.splits() + " seeds",
                            closedForm.ndcg(),
                            "",
                            MOVIELENS_NDCG_MIN));
        }
        checkEmbeddings(rows.values(), k, checks);
        return checks;
    }

    private void checkEmbeddings(Collection<EvaluatedRow> rows, int k, List<Check> checks) {
        for (EvaluatedRow row : rows) {
            if (!ModelName.parse(row.model()).getFirst().isEmbedding()) {
                continue;
            }
            if (this == GOWALLA && k == 20) {
                checks.add(
                        Check.atLeast(
                                row.model() + " Recall@20",
                                row.recall(),
                                "",
                                GOWALLA_EMBEDDING_RECALL_MIN));
                checks.add(
                        Check.atMost(
                                row.model() + ", solving it",
                                row.fitSeconds(),
                                "s",
                                EMBEDDING_SECONDS_MAX));
            }
            if (this == MOVIELENS_STRATIFIED && k == 10 && row.splits() >= 5) {
                checks.add(
                        Check.atLeast(
                                row.model() + " NDCG@10, mean of " + row.splits() + " seeds",
                                row.ndcg(),
                                "",
                                MOVIELENS_EMBEDDING_NDCG_MIN));
            }
        }
    }
}
