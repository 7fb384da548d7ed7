package dev.mobula.ranking.model.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.Schemas;
import dev.mobula.ranking.model.EngineCalibration;
import dev.mobula.ranking.model.Graphs;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.ModelInput;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.ReferenceModel;
import dev.mobula.ranking.model.Scorer;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.PackedScorer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

final class TorchScorerTest {
    private static final Kernels KERNELS = Kernels.ofThisMachine();

    @Test
    void bothEnginesGiveTheSameScoresForEveryFamily() {
        Graphs.families()
                .forEach(
                        (name, graph) -> {
                            Weights weights = Weights.random(graph.parameters(), 11);
                            ModelInput input =
                                    Graphs.input(new SplittableRandom(1), 150, Graphs.WIDTH, 0);
                            assertClose(name, graph, weights, input);
                        });
    }

    @Test
    void bothEnginesGiveTheSameScoresForTheReferenceModel() {
        LayerGraph graph = ReferenceModel.graph();
        Weights weights = Weights.random(graph.parameters(), 1);
        ModelInput input = Graphs.input(new SplittableRandom(2), 500, graph.inputWidth(), 0);
        assertClose("reference", graph, weights, input);
    }

    private static void assertClose(
            String name, LayerGraph graph, Weights weights, ModelInput input) {
        float[] packed = Graphs.score(PackedScorer.of(graph, 0, weights, KERNELS), input);
        try (TorchScorer torch = TorchScorer.of(graph, weights)) {
            float[] reference = Graphs.score(torch, input);
            for (int i = 0; i < packed.length; i++) {
                assertThat(packed[i]).as("%s %d", name, i).isCloseTo(reference[i], within(1e-5f));
            }
        }
    }

    @Test
    void calibrationChoosesTheFasterOfTwoThatAgree() {
        LayerGraph graph = Graphs.families().get("mmoe");
        Weights weights = Weights.random(graph.parameters(), 11);
        AtomicLong now = new AtomicLong();
        Scorer vector = PackedScorer.of(graph, 0, weights, KERNELS);
        Scorer scalar = PackedScorer.of(graph, 0, weights, Kernels.scalar());
        EngineCalibration.Choice choice =
                new EngineCalibration(() -> now.addAndGet(10), 100)
                        .choose(List.of(new Slowed(vector, now), scalar), Graphs.WIDTH, 0);
        assertThat(choice.scorer()).isSameAs(scalar);
        assertThat(choice.findings()).allMatch(EngineCalibration.Finding::isEligible);
    }

    @Test
    void calibrationKeepsTheFirstOfTwoThatAreLevel() {
        LayerGraph graph = Graphs.families().get("mmoe");
        Weights weights = Weights.random(graph.parameters(), 11);
        AtomicLong now = new AtomicLong();
        Scorer first = PackedScorer.of(graph, 0, weights, KERNELS);
        Scorer second = PackedScorer.of(graph, 0, weights, KERNELS);
        EngineCalibration.Choice choice =
                new EngineCalibration(() -> now.addAndGet(10), 100)
                        .choose(List.of(first, second), Graphs.WIDTH, 0);
        assertThat(choice.scorer()).isSameAs(first);
    }

    @Test
    void anEngineThatIsStillBecomingFasterIsMeasuredOn() {
        LayerGraph graph = Graphs.families().get("mmoe");
        Weights weights = Weights.random(graph.parameters(), 11);
        AtomicLong now = new AtomicLong();
        Scorer packed = PackedScorer.of(graph, 0, weights, KERNELS);
        EngineCalibration.Choice choice =
                new EngineCalibration(() -> now.addAndGet(10), 1_000)
                        .choose(List.of(new WarmingUp(packed, now), packed), Graphs.WIDTH, 0);
        assertThat(choice.findings().getFirst().microsPerRequest()).isEqualTo(.01);
    }

    @Test
    void calibrationFindsThatTheEnginesAgree() {
        LayerGraph graph = Graphs.families().get("ple");
        Weights weights = Weights.random(graph.parameters(), 11);
        AtomicLong now = new AtomicLong();
        Scorer packed = PackedScorer.of(graph, 0, weights, KERNELS);
        try (TorchScorer torch = TorchScorer.of(graph, weights)) {
            EngineCalibration.Choice choice =
                    new EngineCalibration(() -> now.addAndGet(10), 100)
                            .choose(List.of(packed, torch), Graphs.WIDTH, 0);
            assertThat(choice.findings())
                    .allMatch(finding -> finding.differenceMax() <= EngineCalibration.TOLERANCE);
        }
    }

    @Test
    void aThousandRequestsLeaveNoNativeArrayBehind() {
        LayerGraph graph = Graphs.families().get("dcn");
        ModelInput input = Graphs.input(new SplittableRandom(1), 150, Graphs.WIDTH, 0);
        try (TorchScorer torch = TorchScorer.of(graph, Weights.random(graph.parameters(), 11))) {
            Graphs.score(torch, input);
            int before = torch.managedArrays();
            for (int i = 0; i < 1_000; i++) {
                Graphs.score(torch, input);
            }
            assertThat(torch.managedArrays()).isEqualTo(before);
        }
    }

    @Test
    void calibrationPassesOverAFasterOneThatDisagrees() {
        LayerGraph graph = Graphs.families().get("mmoe");
        Scorer right = PackedScorer.of(graph, 0, Weights.random(graph.parameters(), 1), KERNELS);
        Scorer wrong = PackedScorer.of(graph, 0, Weights.random(graph.parameters(), 2), KERNELS);
        AtomicLong now = new AtomicLong();
        EngineCalibration.Choice choice =
                new EngineCalibration(() -> now.addAndGet(10), 100)
                        .choose(List.of(new Slowed(right, now), wrong), Graphs.WIDTH, 0);
        assertThat(choice.findings().get(1).isEligible()).isFalse();
        assertThat(choice.scorer()).isNotSameAs(wrong);
    }

    /// Takes long, on the test's clock.
    private record Slowed(Scorer scorer, AtomicLong now) implements Scorer {
        @Override
        public dev.mobula.ranking.model.KernelIdentity identity() {
            return scorer.identity();
        }

        @Override
        public int outputs() {
            return scorer.outputs();
        }

        @Override
        public Session open() {
            Session session = scorer.open();
            return (input, scores) -> {
                now.addAndGet(1_000);
                session.score(input, scores);
            };
        }
    }

    /// Takes half as long at every call, on the test's clock.
    private record WarmingUp(Scorer scorer, AtomicLong now) implements Scorer {
        @Override
        public dev.mobula.ranking.model.KernelIdentity identity() {
            return scorer.identity();
        }

        @Override
        public int outputs() {
            return scorer.outputs();
        }

        @Override
        public Session open() {
            Session session = scorer.open();
            AtomicLong taking = new AtomicLong(4_000);
            return (input, scores) -> {
                now.addAndGet(taking.getAndUpdate(nanos -> nanos / 2));
                session.score(input, scores);
            };
        }
    }

    @Test
    void anArchiveMadeForTheSchemaRanks() throws IOException {
        FeatureLayout layout = FeatureLayout.of(Schemas.everything());
        byte[] archive = archive(layout.fingerprint(), "torch.sigmoid(torch.sum(x, [1], True))");
        try (Ranker ranker = ImportedArchive.load("py-1", file(archive), layout, tables(layout))) {
            assertThat(ranker.model().headNames()).containsExactly("click");
            assertThat(ranker.kernel().engine()).isEqualTo("torch");
        }
    }

    @Test
    void anArchiveForAnotherSchemaIsRefusedByName() throws IOException {
        FeatureLayout layout = FeatureLayout.of(Schemas.everything());
        byte[] archive = archive("0123", "torch.sum(x, [1], True)");
        refuses(layout, archive, "'py-1' is for schema '0123', schema 'everything'");
    }

    @Test
    void anArchiveOfAnotherShapeIsRefusedWithBothShapes() throws IOException {
        FeatureLayout layout = FeatureLayout.of(Schemas.everything());
        byte[] archive = archive(layout.fingerprint(), "x");
        refuses(layout, archive, "wanted 1 columns");
    }

    @Test
    void anArchiveThatScoresNotANumberIsRefused() throws IOException {
        FeatureLayout layout = FeatureLayout.of(Schemas.everything());
        byte[] archive = archive(layout.fingerprint(), "torch.log(torch.sum(x, [1], True)) * 0.0");
        refuses(layout, archive, "NaN");
    }

    @Test
    void bytesThatAreNoArchiveAreRefused() throws IOException {
        FeatureLayout layout = FeatureLayout.of(Schemas.everything());
        refuses(layout, new byte[] {1, 2, 3}, "archive 'py-1' does not read");
    }

    private static void refuses(FeatureLayout layout, byte[] archive, String why)
            throws IOException {
        Path file = file(archive);
        assertThatThrownBy(() -> ImportedArchive.load("py-1", file, layout, tables(layout)))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining(why);
    }

    private static Path file(byte[] archive) throws IOException {
        Path file = Files.createTempFile("archive", ".pt");
        file.toFile().deleteOnExit();
        return Files.write(file, archive);
    }

    /// Saved by PyTorch 2.15: `torch.jit.script` of a linear layer of ones and a sigmoid over this schema's input.
    @Test
    void anArchiveThatPythonSavedRanks() throws Exception {
        FeatureLayout layout = FeatureLayout.of(Schemas.everything());
        Path archive = Path.of(TorchScorerTest.class.getResource("python.pt").toURI());
        ModelInput input = Graphs.input(new SplittableRandom(1), 3, layout.width(), 0);
        try (Ranker ranker = ImportedArchive.load("py-2", archive, layout, tables(layout));
                TorchScorer scorer =
                        TorchScorer.ofArchive(Files.readAllBytes(archive), layout.width(), 1)) {
            assertThat(ranker.model().headNames()).containsExactly("click");
            float[] scores = Graphs.score(scorer, input);
            for (int row = 0; row < 3; row++) {
                double sum = 0;
                for (int column = 0; column < layout.width(); column++) {
                    sum += input.values()[row * input.stride() + column];
                }
                float expected = (float) (1 / (1 + Math.exp(-sum)));
                assertThat(scores[row]).isCloseTo(expected, within(1e-5f));
            }
        }
    }

    private static Weights tables(FeatureLayout layout) {
        return Weights.random(
                RankingModel.parameters(
                        layout, new LayerGraph(layout.width(), List.of(), List.of())),
                1);
    }

    /// An archive as `torch.jit.save` lays it out, with the extra file.
    private static byte[] archive(String schema, String result) throws IOException {
        byte[] program =
                TorchArchive.of(
                        "  def forward(self: __torch__.Program,\n      x: Tensor) -> Tensor:\n"
                                + "    return "
                                + result
                                + "\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipInputStream from = new ZipInputStream(new ByteArrayInputStream(program));
                ZipOutputStream to = new ZipOutputStream(bytes)) {
            for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
                to.putNextEntry(new ZipEntry(entry.getName()));
                from.transferTo(to);
            }
            to.putNextEntry(new ZipEntry("program/extra/mobula.json"));
            String extra = "{\"schema\": \"" + schema + "\", \"heads\": [\"click\"]}";
            to.write(extra.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
