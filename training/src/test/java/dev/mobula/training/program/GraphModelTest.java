package dev.mobula.training.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.testing.Seeds;
import dev.mobula.training.collective.Collective;
import dev.mobula.training.collective.SharedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GraphModelTest {
    private static final int ROWS = 29;

    /// The loss along a direction through all parameters and rows changes as the gradient says.
    private static Program open(GraphModel model, String engine) {
        return engine.equals("script") ? model.toScript() : model.toVectors();
    }

    private static void assertSlopes(GraphModel model, String engine) {
        ProgramSpec spec = model.spec();
        try (Arena arena = Arena.ofConfined();
                Program program = open(model, engine)) {
            Program.Input input = Models.input(spec, arena, 3, 0, ROWS);
            Gradients gradients = new Gradients(spec, arena);
            program.run(input, gradients, Collective.alone());
            List<Part> parts = new ArrayList<>();
            parts.add(Part.of(input.parameters(), gradients.dense(), 0, spec.parameters().size()));
            for (int t = 0; t < spec.tables().size(); t++) {
                Gathered.Table table = input.gathered().table(t);
                int from = table.width();
                int to = table.count() * table.width();
                parts.add(Part.of(table.rows(), gradients.rows(t), from, to));
            }
            for (Part part : parts) {
                Seeds.forAll(5, random -> assertSlope(program, input, part, random));
            }
        }
    }

    private record Part(MemorySegment values, int from, float[] start, float[] gradient) {
        static Part of(MemorySegment values, MemorySegment gradients, int from, int to) {
            float[] start = Models.floats(values, from, to - from);
            return new Part(values, from, start, Models.floats(gradients, from, to - from));
        }

        void move(double[] direction, double by) {
            for (int i = 0; i < start.length; i++) {
                values.setAtIndex(
                        ValueLayout.JAVA_FLOAT, from + i, (float) (start[i] + by * direction[i]));
            }
        }

        double norm() {
            double squares = 0;
            for (float value : gradient) {
                squares += value * value;
            }
            return Math.sqrt(squares);
        }
    }

    private static void assertSlope(
            Program program, Program.Input input, Part part, RandomGenerator random) {
        double[] direction = new double[part.gradient().length];
        double expected = 0;
        for (int i = 0; i < direction.length; i++) {
            direction[i] =
                    part.gradient()[i] / part.norm()
                            + random.nextGaussian() / Math.sqrt(direction.length);
            expected += direction[i] * part.gradient()[i];
        }
        double step = 2e-3;
        try (Arena arena = Arena.ofConfined()) {
            Gradients ignored = new Gradients(program.spec(), arena);
            part.move(direction, step);
            double up = program.run(input, ignored, Collective.alone()).sum();
            part.move(direction, -step);
            double down = program.run(input, ignored, Collective.alone()).sum();
            part.move(direction, 0);
            assertThat((up - down) / (2 * step)).isCloseTo(expected, within(0.02 * part.norm()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"script", "vectors"})
    void gradientsOfHeadsAreThoseOfFiniteDifferences(String engine) {
        assertSlopes(Models.ranker(ROWS, false), engine);
        assertSlopes(Models.ranker(ROWS, true), engine);
    }

    @ParameterizedTest
    @ValueSource(strings = {"script", "vectors"})
    void gradientsOfAnInBatchSoftmaxAreThoseOfFiniteDifferences(String engine) {
        assertSlopes(Models.twoTower(ROWS), engine);
    }

    @Test
    void bothEnginesGiveTheSameLossAndGradients() {
        for (GraphModel model :
                List.of(
                        Models.twoTower(ROWS),
                        Models.ranker(ROWS, false),
                        Models.ranker(ROWS, true))) {
            Seeds.forAll(
                    3, random -> assertSame(model, random.nextLong(), 1 + random.nextInt(ROWS)));
        }
    }

    private static void assertSame(GraphModel model, long seed, int rows) {
        ProgramSpec spec = model.spec();
        try (Arena arena = Arena.ofConfined();
                Program script = model.toScript();
                Program vectors = model.toVectors()) {
            Program.Input input = Models.input(spec, arena, seed, 0, rows);
            Gradients expected = new Gradients(spec, arena);
            Gradients actual = new Gradients(spec, arena);
            StepLoss loss = script.run(input, expected, Collective.alone());
            StepLoss own = vectors.run(input, actual, Collective.alone());
            assertThat(own.sum()).isCloseTo(loss.sum(), within(1e-5 * Math.abs(loss.sum())));
            assertThat(own.weight()).isCloseTo(loss.weight(), within(1e-4));
            assertClose(actual.dense(), expected.dense(), 0, spec.parameters().size());
            for (int t = 0; t < spec.tables().size(); t++) {
                Gathered.Table table = input.gathered().table(t);
                int from = table.width();
                int to = table.count() * table.width();
                assertClose(actual.rows(t), expected.rows(t), from, to);
            }
        }
    }

    /// To 1e-5 of the greatest.
    private static void assertClose(
            MemorySegment actual, MemorySegment expected, int from, int to) {
        float[] own = Models.floats(actual, from, to - from);
        float[] theirs = Models.floats(expected, from, to - from);
        float most = 0;
        for (float value : theirs) {
            most = Math.max(most, Math.abs(value));
        }
        for (int i = 0; i < own.length; i++) {
            assertThat(own[i]).isCloseTo(theirs[i], within(1e-5f * Math.max(1, most)));
        }
    }

    private record Result(StepLoss loss, float[] dense) {}

    private static Result run(GraphModel model, String engine, int from, int to, Collective peers) {
        try (Arena arena = Arena.ofConfined();
                Program program = open(model, engine)) {
            Program.Input input = Models.input(model.spec(), arena, 3, from, to);
            Gradients gradients = new Gradients(model.spec(), arena);
            StepLoss loss = program.run(input, gradients, peers);
            peers.allReduce(gradients.dense(), model.spec().parameters().size());
            int size = model.spec().parameters().size();
            return new Result(loss, Models.floats(gradients.dense(), 0, size));
        }
    }

    @ParameterizedTest
    @CsvSource({"2,script", "4,script", "2,vectors", "4,vectors"})
    void theSoftmaxSpansTheGlobalBatch(int workers, String engine) throws Exception {
        Result whole = run(Models.twoTower(ROWS), engine, 0, ROWS, Collective.alone());
        List<Collective> peers = SharedMemory.group(workers, Duration.ofSeconds(60));
        List<Future<Result>> futures = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
            for (int rank = 0; rank < workers; rank++) {
                int from = ROWS * rank / workers;
                int to = ROWS * (rank + 1) / workers;
                Collective own = peers.get(rank);
                GraphModel model = Models.twoTower((ROWS + workers - 1) / workers);
                Callable<Result> share = () -> run(model, engine, from, to, own);
                futures.add(threads.submit(share));
            }
        }
        double sum = 0;
        for (Future<Result> future : futures) {
            sum += future.get().loss().sum();
            float[] dense = future.get().dense();
            for (int i = 0; i < dense.length; i++) {
                assertThat(dense[i]).isCloseTo(whole.dense()[i], within(1e-4f));
            }
        }
        assertThat(sum).isCloseTo(whole.loss().sum(), within(1e-3));
    }
}
