package dev.mobula.ranking.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.calibration.Calibration;
import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.ranking.model.EngineCalibration;
import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.ModelInput;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.ScoredBatch;
import dev.mobula.ranking.model.Scorer;
import dev.mobula.ranking.model.StarterModel;
import dev.mobula.ranking.model.kernels.Kernels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServingTest {
    private static final Calibrators UNCALIBRATED = new Calibrators("none", Map.of());

    @Test
    void aFolderServesWithItsCalibrators(@TempDir Path folder) throws IOException {
        ModelFolder.save(folder, StarterModel.create(), List.of());
        Calibrators halved = new Calibrators("c1", Map.of("click", new Calibration.Temperature(2)));
        ModelFolder.save(folder, halved);
        try (LiveModel model = loader(Set.of()).load(folder)) {
            assertThat(model.model().version()).isEqualTo("starter-1");
            assertThat(model.calibrators()).isEqualTo(halved);
            assertThat(model.ranker().kernel().engine()).isEqualTo(KernelIdentity.PACKED);
        }
    }

    @Test
    void anotherEngineIsMeasuredAgainstThePackedOne() {
        AtomicInteger time = new AtomicInteger();
        ModelLoader loader =
                new ModelLoader(
                        Kernels.ofThisMachine(),
                        Set.of(ModelLoader.Engine.TORCH),
                        new EngineCalibration(() -> time.addAndGet(10), 100),
                        64);
        try (LiveModel model = loader.serve(StarterModel.create(), UNCALIBRATED)) {
            assertThat(model.ranker().kernel().engine()).isIn(KernelIdentity.PACKED, "torch");
        }
    }

    @Test
    void aClosedModelFreesItsEngineOnceTheLastLeaseIsBack() {
        AtomicInteger closed = new AtomicInteger();
        LiveModel model =
                new LiveModel(
                        new Ranker(StarterModel.create(), new CountingScorer(closed)),
                        UNCALIBRATED,
                        8);
        LiveModel.Lease one = model.lease().orElseThrow();
        LiveModel.Lease other = model.lease().orElseThrow();
        model.close();
        model.close();
        assertThat(model.lease()).isEmpty();
        one.close();
        assertThat(closed).hasValue(0);
        other.close();
        assertThat(closed).hasValue(1);
        assertThat(model.lease()).isEmpty();
    }

    private record CountingScorer(AtomicInteger closed) implements Scorer {
        @Override
        public KernelIdentity identity() {
            return new KernelIdentity("counting", 1, "1");
        }

        @Override
        public int outputs() {
            return 2;
        }

        @Override
        public Session open() {
            return new Session() {
                @Override
                public void score(ModelInput input, float[] scores) {}
            };
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    @Test
    void aShadowIsComparedHeadByHeadOnWhatBothScored() {
        ShadowComparison comparison = new ShadowComparison();
        ScoredBatch served = batch(List.of("click", "like"), 0, 20, 1f);
        ScoredBatch shadow = batch(List.of("like", "reply"), 5, 25, 0.5f);
        comparison.add(served, shadow);
        assertThat(comparison.requests()).isEqualTo(1);
        assertThat(comparison.summary()).hasSize(1);
        ShadowComparison.HeadSummary like = comparison.summary().getFirst();
        assertThat(like.head()).isEqualTo("like");
        assertThat(like.candidates()).isEqualTo(15);
        assertThat(like.servedMean()).isCloseTo(12, within(1e-6));
        assertThat(like.shadowMean()).isCloseTo(6, within(1e-6));
        assertThat(like.differenceMean()).isCloseTo(6, within(1e-6));
        assertThat(like.differenceMax()).isCloseTo(9.5, within(1e-6));
        // The ten best are 10..19 as served and 15..24 in the shadow.
        assertThat(like.topOverlap()).isCloseTo(0.5, within(1e-6));
    }

    /// Candidates by id; the score of every head is the id times a factor.
    private static ScoredBatch batch(List<String> heads, int from, int to, float factor) {
        float[] scores = new float[(to - from) * heads.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = factor * (from + i / heads.size());
        }
        return new ScoredBatch(
                "v",
                new KernelIdentity(KernelIdentity.PACKED, 8, "1"),
                heads,
                IntStream.range(from, to).asLongStream().toArray(),
                scores,
                List.of());
    }

    private static ModelLoader loader(Set<ModelLoader.Engine> engines) {
        return new ModelLoader(
                Kernels.ofThisMachine(),
                engines,
                new EngineCalibration(System::nanoTime, 1_000_000),
                64);
    }
}
