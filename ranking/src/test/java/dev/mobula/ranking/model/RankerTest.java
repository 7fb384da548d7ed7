package dev.mobula.ranking.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.features.Drop;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.ranking.features.ItemColumns;
import dev.mobula.ranking.features.Schemas;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.PackedScorer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class RankerTest {
    private static final FeatureLayout LAYOUT = FeatureLayout.of(Schemas.everything());
    private static final LayerGraph GRAPH =
            Families.mmoe(LAYOUT.width(), 2, 3, new int[] {24, 12}, new int[] {8}, Graphs.heads());
    private static final Weights WEIGHTS =
            Weights.random(RankingModel.parameters(LAYOUT, GRAPH), 3);
    private static final ItemColumns COLUMNS = columns();

    @Test
    void aLoggedVectorScoresTheSameBitsAgain() {
        Ranker ranker = ranker(WEIGHTS);
        try (Ranker.Session session = ranker.open(100);
                Ranker.Session later = ranker.open(1)) {
            ScoredBatch served = rank(session);
            assertThat(served.size()).isEqualTo(100);
            for (int candidate = 0; candidate < 100; candidate += 7) {
                FeatureVector logged =
                        FeatureVector.of(session.batch().vector(candidate).toBytes());
                ScoredBatch again = later.replay(logged, served.kernel());
                for (int head = 0; head < 3; head++) {
                    assertThat(Float.floatToRawIntBits(again.score(0, head)))
                            .isEqualTo(Float.floatToRawIntBits(served.score(candidate, head)));
                }
            }
        }
    }

    @Test
    void aScoreSaysWhatComputedIt() {
        try (Ranker.Session session = ranker(WEIGHTS).open(100)) {
            assertThat(rank(session).kernel().engine()).isEqualTo("packed");
            assertThat(rank(session).modelVersion()).isEqualTo("v1");
        }
    }

    @Test
    void aReplayOnAnotherEngineIsRefusedByName() {
        Ranker ranker = ranker(WEIGHTS);
        try (Ranker.Session session = ranker.open(100)) {
            rank(session);
            FeatureVector vector = session.batch().vector(0);
            KernelIdentity foreign = new KernelIdentity("torch", 0, "2.7.1");
            assertThatThrownBy(() -> session.replay(vector, foreign))
                    .hasMessageContaining("torch/0/2.7.1")
                    .hasMessageContaining("packed/");
        }
    }

    @Test
    void aCandidateWhoseScoreIsNotFiniteIsDroppedAndTheRestStays() {
        Map<String, Tensor> tensors = new LinkedHashMap<>(WEIGHTS.tensors());
        float[] huge = tensors.get("table.item").values().clone();
        int author = rowOfAuthor();
        java.util.Arrays.fill(huge, author * 8, author * 8 + 8, 3e38f);
        tensors.put("table.item", new Tensor(tensors.get("table.item").shape(), huge));
        try (Ranker.Session session = ranker(Weights.of(tensors)).open(100)) {
            ScoredBatch batch = rank(session);
            assertThat(batch.drops())
                    .isNotEmpty()
                    .allMatch(drop -> drop.reason() == Drop.Reason.SCORE_NOT_FINITE);
            assertThat(batch.size() + batch.drops().size()).isEqualTo(100);
            assertThat(batch.size()).isPositive();
        }
    }

    /// The table row of the first item's author.
    private static int rowOfAuthor() {
        try (Ranker.Session session = ranker(WEIGHTS).open(100)) {
            rank(session);
            int word =
                    LAYOUT.slots().stream()
                            .filter(slot -> slot.feature().equals("author"))
                            .findFirst()
                            .orElseThrow()
                            .word();
            return session.batch().itemRows()[word];
        }
    }

    @Test
    void aGraphForAnotherSchemaIsRefusedWithBothWidths() {
        LayerGraph other = Families.dcn(5, 1, new int[] {4}, Graphs.heads());
        assertThatThrownBy(() -> RankingModel.of("v1", LAYOUT, other, WEIGHTS))
                .hasMessageContaining("'v1' reads 5 columns")
                .hasMessageContaining("'everything' gives " + LAYOUT.width());
    }

    private static ScoredBatch rank(Ranker.Session session) {
        int[] user = LAYOUT.encodeUser(Schemas.user(new SplittableRandom(9)));
        long[] ids = LongStream.range(0, 100).toArray();
        return session.rank(user, COLUMNS, ids, Schemas.NOW);
    }

    private static Ranker ranker(Weights weights) {
        RankingModel model = RankingModel.of("v1", LAYOUT, GRAPH, weights);
        return new Ranker(
                model,
                PackedScorer.of(GRAPH, LAYOUT.sharedWidth(), weights, Kernels.ofThisMachine()));
    }

    private static ItemColumns columns() {
        ItemColumns columns = new ItemColumns(LAYOUT, 100);
        SplittableRandom random = new SplittableRandom(4);
        for (long id = 0; id < 100; id++) {
            columns.upsert(id, LAYOUT.encodeItem(Schemas.item(random)));
        }
        return columns;
    }
}
