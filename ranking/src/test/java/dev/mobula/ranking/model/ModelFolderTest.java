package dev.mobula.ranking.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.ranking.features.EmbeddingSpec;
import dev.mobula.ranking.features.Feature;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.ranking.features.ItemColumns;
import dev.mobula.ranking.features.Scaling;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.CausalTransformer;
import dev.mobula.ranking.model.packed.PackedScorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelFolderTest {
    private static final Kernels KERNELS = Kernels.ofThisMachine();
    private static final CausalTransformer.Shape SHAPE =
            new CausalTransformer.Shape("history", 16, 8, 1, 2);

    @TempDir private Path folder;

    @Test
    void aModelReadsBackAndScoresTheSameBits() throws IOException {
        RankingModel model = model();
        ModelFolder.save(folder, model, List.of(SHAPE));
        RankingModel again = ModelFolder.load(folder, KERNELS);
        assertThat(again.version()).isEqualTo("v7");
        assertThat(again.layout().fingerprint()).isEqualTo(model.layout().fingerprint());
        assertThat(scores(again, List.of(1L, 2L))).isEqualTo(scores(model, List.of(1L, 2L)));
    }

    @Test
    void theOrderOfTheHistoryReachesTheScores() {
        RankingModel model = model();
        assertThat(scores(model, List.of(1L, 2L, 3L)))
                .isNotEqualTo(scores(model, List.of(3L, 2L, 1L)));
    }

    @Test
    void aModelWithoutItsEncoderIsRefusedByName() {
        RankingModel model = model();
        assertThatThrownBy(
                        () ->
                                RankingModel.of(
                                        "v8",
                                        model.layout(),
                                        model.graph().orElseThrow(),
                                        model.weights()))
                .hasMessageContaining("'clicks' wants encoder 'history'");
    }

    @Test
    void aFlippedByteAnyWhereIsRefusedByTheNameOfItsFile() throws IOException {
        ModelFolder.save(folder, model(), List.of(SHAPE));
        ModelFolder.save(folder, new Calibrators("c1", Map.of()));
        for (String file : List.of("model.json", "weights.safetensors", "calibrators.json")) {
            Path damaged = folder.resolve(file);
            byte[] whole = Files.readAllBytes(damaged);
            byte[] flipped = whole.clone();
            flipped[flipped.length / 2] ^= 1;
            Files.write(damaged, flipped);
            assertThatThrownBy(() -> ModelFolder.load(folder, KERNELS))
                    .isInstanceOf(RankingException.class)
                    .hasMessageContaining(file + " is not the file that was written");
            Files.write(damaged, whole);
        }
        assertThat(ModelFolder.load(folder, KERNELS).version()).isEqualTo("v7");
    }

    @Test
    void aFolderThatIsNotWholeIsRefused() throws IOException {
        ModelFolder.save(folder, model(), List.of(SHAPE));
        Path digests = folder.resolve("SHA256SUMS");
        String lines = Files.readString(digests);
        Files.delete(digests);
        assertThatThrownBy(() -> ModelFolder.load(folder, KERNELS))
                .hasMessageContaining("has no SHA256SUMS");
        Files.writeString(digests, lines.lines().findFirst().orElseThrow());
        assertThatThrownBy(() -> ModelFolder.load(folder, KERNELS))
                .hasMessageContaining("weights.safetensors is not in SHA256SUMS");
        Files.writeString(digests, lines);
        Files.delete(folder.resolve("weights.safetensors"));
        assertThatThrownBy(() -> ModelFolder.load(folder, KERNELS))
                .hasMessageContaining("weights.safetensors is missing");
    }

    @Test
    void aDescriptionThatContradictsItselfIsRefused() throws IOException {
        ModelFolder.save(folder, model(), List.of(SHAPE));
        Path description = folder.resolve("model.json");
        String json = Files.readString(description);
        for (String wrong :
                List.of(
                        json.replace("\"cross0\"", "\"nothing\""),
                        json.substring(0, json.length() / 2))) {
            Files.writeString(description, wrong);
            Digests.write(folder, List.of("model.json", "weights.safetensors"));
            assertThatThrownBy(() -> ModelFolder.load(folder, KERNELS))
                    .isInstanceOf(RankingException.class);
        }
    }

    private static RankingModel model() {
        FeatureLayout layout =
                FeatureLayout.of(
                        new FeatureSchema(
                                "sequences",
                                1,
                                List.of(new EmbeddingSpec("item", 100, 16)),
                                List.of(
                                        new Feature.Sequence(
                                                "clicks", Side.USER, "item", 8, "history"),
                                        new Feature.Dense("age", Side.ITEM, Scaling.LOG, 0),
                                        new Feature.Categorical(
                                                "item", Side.ITEM, "item", List.of()))));
        LayerGraph graph = Families.dcn(layout.width(), 1, new int[] {12}, Graphs.heads());
        Map<String, List<Integer>> shapes =
                new LinkedHashMap<>(RankingModel.parameters(layout, graph));
        shapes.putAll(SHAPE.parameters());
        Weights weights = Weights.random(shapes, 4);
        return RankingModel.of(
                "v7",
                layout,
                graph,
                weights,
                Map.of("history", CausalTransformer.of(SHAPE, weights, KERNELS)));
    }

    private static float[] scores(RankingModel model, List<Long> clicks) {
        FeatureLayout layout = model.layout();
        ItemColumns columns = new ItemColumns(layout, 10);
        columns.upsert(5, layout.encodeItem(Map.of("item", new FeatureValue.Id(5))));
        PackedScorer scorer =
                PackedScorer.of(
                        model.graph().orElseThrow(),
                        layout.sharedWidth(),
                        model.weights(),
                        KERNELS);
        try (Ranker ranker = new Ranker(model, scorer);
                Ranker.Session session = ranker.open(4)) {
            int[] user = layout.encodeUser(Map.of("clicks", new FeatureValue.Ids(clicks)));
            return session.rank(user, columns, new long[] {5}, 1_000).scores();
        }
    }
}
