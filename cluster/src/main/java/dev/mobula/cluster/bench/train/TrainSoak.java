package dev.mobula.cluster.bench.train;

import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.MemorySlope;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.report.Report;
import dev.mobula.training.program.Engine;
import java.io.IOException;
import java.time.Duration;

/// Both engines step for a stated time, and how resident memory moves.
final class TrainSoak {
    private static final int SAMPLES = 60;

    private TrainSoak() {}

    static Report run(BenchContext context, Duration time) throws IOException {
        long steps = 0;
        try (Stepper script = new Stepper(BenchModel.Kind.TWO_TOWER, Engine.SCRIPT);
                Stepper vectors = new Stepper(BenchModel.Kind.RANKER, Engine.VECTOR);
                Progress progress = context.progress("soak", SAMPLES)) {
            MemorySlope memory = new MemorySlope();
            double seconds = time.toMillis() / 1e3 / SAMPLES / 2;
            for (int sample = 1; sample <= SAMPLES; sample++) {
                steps += script.run(seconds).steps();
                steps += vectors.run(seconds).steps();
                memory.sample();
                progress.step(1);
            }
            return memory.reportTo(new Report("train").figure("steps", steps));
        }
    }
}
