package dev.mobula.training.program;

import dev.mobula.training.collective.Collective;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures both engines on a made-up batch and opens the faster one.
final class EngineChoice {
    private static final Logger LOG = LoggerFactory.getLogger(EngineChoice.class);
    private static final long BUDGET_NANOS = 250_000_000;
    private static final double TOLERANCE = 1e-4;

    private final GraphModel model;
    private final LongSupplier nanoClock;

    EngineChoice(GraphModel model, LongSupplier nanoClock) {
        this.model = model;
        this.nanoClock = nanoClock;
    }

    private record Finding(double loss, long bestNanos) {}

    Program open() {
        Program vectors = model.toVectors();
        Program script = model.toScript();
        try (Arena arena = Arena.ofConfined()) {
            Program.Input input = input(arena);
            Finding ofScript = measure(script, input);
            Finding ofVectors = measure(vectors, input);
            double difference = Math.abs(ofScript.loss() - ofVectors.loss());
            boolean agrees = difference <= TOLERANCE * Math.max(1, Math.abs(ofScript.loss()));
            boolean choosesVectors = agrees && ofVectors.bestNanos() < ofScript.bestNanos();
            LOG.info(
                    "a step takes {} us in libtorch, {} us on vectors: {}{}",
                    ofScript.bestNanos() / 1000,
                    ofVectors.bestNanos() / 1000,
                    choosesVectors ? "vectors" : "libtorch",
                    agrees ? "" : " (vectors differ by " + difference + ")");
            (choosesVectors ? script : vectors).close();
            return choosesVectors ? vectors : script;
        }
    }

    private Finding measure(Program program, Program.Input input) {
        try (Arena arena = Arena.ofConfined()) {
            Gradients gradients = new Gradients(program.spec(), arena);
            long best = Long.MAX_VALUE;
            long end = nanoClock.getAsLong() + BUDGET_NANOS;
            double loss;
            long start;
            do {
                start = nanoClock.getAsLong();
                loss = program.run(input, gradients, Collective.alone()).sum();
                best = Math.min(best, nanoClock.getAsLong() - start);
            } while (start < end);
            return new Finding(loss, best);
        }
    }

    private Program.Input input(Arena arena) {
        ProgramSpec spec = model.spec();
        SplittableRandom random = new SplittableRandom(1);
        Batch batch = Batch.create(spec);
        batch.setRows(spec.rowsMax());
        for (int i = 0; i < spec.lookups().size(); i++) {
            long[] keys = batch.keys(i);
            for (int j = 0; j < keys.length; j++) {
                keys[j] = 2L + random.nextInt(keys.length);
            }
        }
        for (int i = 0; i < spec.columns().size(); i++) {
            float[] values = batch.column(i);
            for (int j = 0; j < values.length; j++) {
                values[j] = random.nextInt(2);
            }
        }
        Gathered gathered = new Gathered(spec, arena);
        gathered.number(batch);
        for (int t = 0; t < gathered.tables(); t++) {
            Gathered.Table table = gathered.table(t);
            for (long i = table.width(); i < (long) table.count() * table.width(); i++) {
                float value = (float) (0.1 * random.nextGaussian());
                table.rows().setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
            }
        }
        long bytes = Math.max(1L, spec.parameters().size()) * Float.BYTES;
        MemorySegment parameters = arena.allocate(bytes, 64);
        spec.parameters().initialize(parameters, 1);
        return new Program.Input(parameters, batch, gathered, 1);
    }
}
