package dev.mobula.training.closedloop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.PackedScorer;
import dev.mobula.ranking.value.ValueExpression;
import dev.mobula.training.TrainingException;
import dev.mobula.training.world.Page;
import dev.mobula.training.world.Simulation;
import dev.mobula.training.world.World;
import dev.mobula.training.world.WorldSpec;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClosedLoopTest {
    private static final Set<Arm> ENGINES =
            EnumSet.of(Arm.POPULARITY, Arm.FIRST_MODEL, Arm.RETRAINED);

    @TempDir private Path folder;

    @Test
    @Tag("long")
    void retrainingOnWhatWasServedRaisesTheTrueUtility() {
        LoopSpec spec = new LoopSpec(800, 400, 3, 2, 2, 20);
        ClosedLoop loop =
                new ClosedLoop(spec, folder, System::nanoTime, (seed, arm, at, measured) -> {});
        Map<Arm, List<Measured>> results = loop.run(1, ENGINES);
        Measured popularity = results.getOrDefault(Arm.POPULARITY, List.of()).getLast();
        List<Measured> first = results.getOrDefault(Arm.FIRST_MODEL, List.of());
        List<Measured> retrained = results.getOrDefault(Arm.RETRAINED, List.of());
        assertThat(retrained.get(1)).isEqualTo(first.get(1));
        assertThat(retrained.get(2).utility())
                .isGreaterThan(first.get(2).utility() + .05)
                .isGreaterThan(popularity.utility() + .15);
        assertThat(retrained.get(2).regret()).isLessThan(popularity.regret());
        assertThat(results.values().stream().flatMap(List::stream).collect(Collectors.toList()))
                .allSatisfy(it -> assertThat(it.regret()).isNotNegative());
    }

    @Test
    void whatIsLoggedIsWhatWasScoredAndCarriesItsPropensity() {
        World world = World.create(WorldSpec.of(4, 500, 300, 3));
        Simulation life = new Simulation(world);
        ServedLog log = new ServedLog(100_000);
        try (EnginePolicy policy = new EnginePolicy(world, log, folder, System::nanoTime, 1)) {
            life.runUntil(World.START_SECONDS + 2 * 86_400, policy, impression -> {});
            EngineModel model = new Learner(1, System::nanoTime).learn(log, "one", 5);
            policy.adopt(model, World.START_SECONDS + 2 * 86_400);
            int before = log.size();
            Page page = new Page(life.pageItems());
            int drawn = 0;
            for (int i = 0; i < 200 && life.next(); i++) {
                page.clear();
                policy.choose(life.request(), page);
                assertThat(page.size()).isEqualTo(life.pageItems());
                for (int place = 0; place < page.size(); place++) {
                    assertThat(life.request().isSeen(page.item(place))).isFalse();
                    if (page.propensity(place) < 1) {
                        assertThat(place).isEqualTo(4);
                        assertThat(1 / page.propensity(place)).isBetween(1.0, 32.0);
                        drawn++;
                    }
                }
                life.serve(page, policy::observe);
            }
            assertThat(drawn).isGreaterThan(150);
            List<ServedLog.Row> rows = log.rows().subList(before, log.size());
            assertReplays(model, rows);
        }
    }

    /// Values of the logged words stand in the order in which the page was served, so they are those it was made by.
    private static void assertReplays(EngineModel model, List<ServedLog.Row> rows) {
        Ranker ranker =
                new Ranker(
                        model.ranker(),
                        PackedScorer.of(
                                model.ranker().graph().orElseThrow(),
                                model.ranker().layout().sharedWidth(),
                                model.ranker().weights(),
                                Kernels.ofThisMachine()));
        ValueExpression value = ValueExpression.parse(Serving.VALUE, model.ranker().headNames());
        int compared = 0;
        try (ranker;
                Ranker.Session session = ranker.open(1)) {
            long request = -1;
            double last = 0;
            for (ServedLog.Row row : rows) {
                if (row.impression().propensity() < 1) {
                    continue;
                }
                double replayed = value.value(replay(session, ranker, row), 0);
                if (row.impression().request() == request) {
                    assertThat(replayed).isLessThanOrEqualTo(last);
                    compared++;
                }
                request = row.impression().request();
                last = replayed;
            }
        }
        assertThat(compared).isGreaterThan(300);
    }

    private static double[] replay(Ranker.Session session, Ranker ranker, ServedLog.Row row) {
        FeatureVector vector =
                new FeatureVector(
                        EngineFeatures.LAYOUT.fingerprint(),
                        row.impression().item(),
                        row.user(),
                        row.item());
        float[] scores = session.replay(vector, ranker.kernel()).scores();
        assertThat(session.batch().pairRows()).startsWith(row.pairs());
        double[] exact = new double[scores.length];
        for (int i = 0; i < exact.length; i++) {
            exact[i] = scores[i];
        }
        return exact;
    }

    @Test
    void aLogOfNothingTeachesNothingAndSaysSo() {
        Learner learner = new Learner(1, System::nanoTime);
        assertThatThrownBy(() -> learner.learn(new ServedLog(10), "none", 1))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("log=0 clicks");
        assertThatThrownBy(() -> new LoopSpec(100, 100, 1, 1, 1, 1))
                .hasMessageContaining("generations=1");
    }

    @Test
    void aFullLogForgetsItsOldest() {
        World world = World.create(WorldSpec.of(4, 200, 200, 1));
        ServedLog log = new ServedLog(50);
        try (EnginePolicy policy = new EnginePolicy(world, log, folder, System::nanoTime, 1)) {
            Simulation life = new Simulation(world);
            life.run(policy, impression -> {});
            assertThat(life.tally().impressions()).isGreaterThan(100);
        }
        assertThat(log.size()).isEqualTo(50);
    }
}
