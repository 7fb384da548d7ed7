package dev.mobula.actors.trainer;

import dev.mobula.ranking.model.Families;
import dev.mobula.ranking.model.Head.Link;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.training.loop.BatchSource;
import dev.mobula.training.loop.LoopSettings;
import dev.mobula.training.loop.ModelView;
import dev.mobula.training.loop.Plan;
import dev.mobula.training.loop.PlanFactory;
import dev.mobula.training.loop.Share;
import dev.mobula.training.loop.Task;
import dev.mobula.training.optimize.DenseSettings;
import dev.mobula.training.program.Batch;
import dev.mobula.training.program.Column;
import dev.mobula.training.program.Engine;
import dev.mobula.training.program.GraphModel;
import dev.mobula.training.program.Lookup;
import dev.mobula.training.program.Objective;
import dev.mobula.training.program.ParameterLayout;
import dev.mobula.training.program.Program;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.program.Tower;
import dev.mobula.training.table.TableSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/// A small model of who likes what, described by `steps checkpointSteps millisPerStep`.
public final class Tastes implements PlanFactory {
    private static final int ROWS = 64;

    public static Blueprint blueprint(int steps, int checkpointSteps, int millisPerStep) {
        String text = steps + " " + checkpointSteps + " " + millisPerStep;
        return Blueprint.of(Tastes.class, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Plan plan(byte[] description) {
        String[] words = new String(description, StandardCharsets.UTF_8).split(" ", -1);
        LoopSettings settings =
                LoopSettings.of(5, Integer.parseInt(words[0]), DenseSettings.adam(0.01))
                        .savingEvery(Integer.parseInt(words[1]))
                        .evaluatingEvery(10);
        return new Plan(new Model(Duration.ofMillis(Integer.parseInt(words[2]))), settings);
    }

    private record Model(Duration pause) implements Task {
        private static final LayerGraph GRAPH = graph();

        private static LayerGraph graph() {
            SequencedMap<String, Link> heads = new LinkedHashMap<>();
            heads.put("like", Link.SIGMOID);
            return Families.dcn(16, 1, new int[] {12}, heads);
        }

        @Override
        public ProgramSpec spec(Share share) {
            return new ProgramSpec(
                    ParameterLayout.builder().addAll("taste", GRAPH).build(),
                    List.of(TableSpec.of("users", 8), TableSpec.of("items", 8)),
                    List.of(new Lookup("user", "users", 1), new Lookup("item", "items", 1)),
                    List.of(new Column("liked", 1)),
                    share.rowsMax(ROWS));
        }

        @Override
        public Program open(ProgramSpec spec) {
            return open(spec, Engine.VECTOR);
        }

        @Override
        public Program open(ProgramSpec spec, Engine engine) {
            Tower tower =
                    new Tower(
                            "taste",
                            GRAPH,
                            List.of(
                                    new Tower.Input.Embeddings("user"),
                                    new Tower.Input.Embeddings("item")));
            Objective objective =
                    new Objective.Heads("taste", List.of(Objective.HeadLoss.of("like", "liked")));
            return new GraphModel(spec, List.of(tower), objective)
                    .open(Engine.VECTOR, System::nanoTime);
        }

        @Override
        public BatchSource batches(Share share, long seed) {
            return new Source(share, seed, pause);
        }

        @Override
        public Map<String, Double> evaluate(ModelView model) {
            return Map.of("keys", (double) model.keys("users").length);
        }
    }

    private static final class Source implements BatchSource {
        private final Share share;
        private final long seed;
        private final Duration pause;
        private int step;

        private Source(Share share, long seed, Duration pause) {
            this.share = share;
            this.seed = seed;
            this.pause = pause;
        }

        @Override
        public boolean next(Batch batch) {
            LockSupport.parkNanos(pause.toNanos());
            SplittableRandom random = new SplittableRandom(seed * 31 + step++);
            int from = share.from(ROWS);
            int to = share.to(ROWS);
            batch.setRows(to - from);
            for (int row = 0; row < ROWS; row++) {
                int user = random.nextInt(40);
                int item = random.nextInt(30);
                if (row >= from && row < to) {
                    batch.keys(0)[row - from] = user + 2L;
                    batch.keys(1)[row - from] = item + 2L;
                    batch.column(0)[row - from] = user % 3 == item % 3 ? 1f : 0f;
                }
            }
            return true;
        }

        @Override
        public String cursor() {
            return Integer.toString(step);
        }

        @Override
        public void seek(String cursor) {
            step = Integer.parseInt(cursor);
        }

        @Override
        public String fingerprint() {
            return "tastes-" + seed;
        }
    }
}
