package dev.mobula.training.loop;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.checkpoint.Checkpoint;
import dev.mobula.training.checkpoint.Manifest;
import dev.mobula.training.collective.Collective;
import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.loop.Outcome.Reason;
import dev.mobula.training.optimize.DenseOptimizer;
import dev.mobula.training.optimize.EarlyStop;
import dev.mobula.training.program.Engine;
import dev.mobula.training.program.Gradients;
import dev.mobula.training.program.Program;
import dev.mobula.training.program.ProgramSpec;
import dev.mobula.training.program.StepLoss;
import dev.mobula.training.table.Tables;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.function.LongSupplier;

/*
 *   next batch, numbered and pulled (meanwhile, on the prefetching thread)
 *   forward, backward | sum dense gradients | push rows | Adam | repair the next batch's rows
 *
 * The dense gradient travels with the share's loss and weight behind it, so that one sum serves all three.
 */
/// One worker's part of a run, step by step, on the caller's thread.
public final class TrainingLoop implements AutoCloseable {
    private final Task task;
    private final LoopSettings settings;
    private final Collective peers;
    private final Tables tables;
    private final RunListener listener;
    private final LongSupplier nanoClock;
    private final Arena arena = Arena.ofShared();
    private final ProgramSpec spec;
    private final Program program;
    private final Gradients gradients;
    private final DenseOptimizer optimizer;
    private final Prefetcher prefetcher;
    private EarlyStop.Progress progress = EarlyStop.Progress.none();
    private final Checkpointer checkpointer;
    private String cursor = "";
    private int step;
    private int savedStep;
    private double lastLoss = Double.NaN;
    private volatile boolean askedToStop;

    /// @param tables of the run, which the caller closes
    /// @param peers of the run, which the caller closes
    public TrainingLoop(
            Task task,
            LoopSettings settings,
            Tables tables,
            Collective peers,
            Saving saving,
            RunListener listener,
            LongSupplier nanoClock) {
        Share share = new Share(peers.rank(), peers.size());
        this.task = task;
        this.settings = settings;
        this.peers = peers;
        this.tables = tables;
        this.listener = listener;
        this.nanoClock = nanoClock;
        this.spec = task.spec(share);
        this.program = open(saving);
        this.gradients = new Gradients(spec, arena);
        this.optimizer =
                new DenseOptimizer(
                        spec.parameters(), settings.dense(), StepKernels.ofThisMachine(), arena);
        spec.parameters().initialize(optimizer.parameters(), settings.seed());
        BatchSource source = task.batches(share, settings.seed());
        this.checkpointer =
                new Checkpointer(
                        settings,
                        saving,
                        tables,
                        optimizer,
                        listener,
                        new Checkpointer.Identity(
                                program.kernel().toString(), source.fingerprint(), peers.size()));
        saving.from().ifPresent(from -> resume(from, source));
        this.prefetcher = new Prefetcher(spec, source, tables, arena, settings.prefetching());
    }

    /// A checkpoint's engine, or the one that the first worker finds the fastest here.
    private Program open(Saving saving) {
        if (saving.from().isPresent()) {
            String kernel = saving.from().get().manifest().kernel();
            return task.open(spec, Engine.thatMade(kernel));
        }
        if (peers.rank() > 0) {
            return task.open(spec, fromFirst(0) > 0 ? Engine.VECTOR : Engine.SCRIPT);
        }
        Program opened = task.open(spec, Engine.FASTEST);
        fromFirst(Engine.thatMade(opened.kernel().toString()) == Engine.VECTOR ? 1 : 0);
        return opened;
    }

    private void resume(Checkpoint from, BatchSource source) {
        Manifest manifest = checkpointer.resume(from, peers.rank() == 0);
        source.seek(manifest.cursor());
        step = manifest.step();
        savedStep = step;
        cursor = manifest.cursor();
        progress = manifest.progress();
        fromFirst(step);
    }

    /// Runs until the steps are done, the data is over, or a rule or a caller stops it.
    public Outcome run() {
        Outcome outcome = steps();
        if (savedStep != step) {
            checkpointer.write(step, cursor, progress, true);
        }
        return outcome;
    }

    private Outcome steps() {
        while (settings.steps() == 0 || step < settings.steps()) {
            if (askedToStop) {
                return new Outcome(step, Reason.ASKED_TO_STOP, lastLoss);
            }
            if (!step()) {
                return new Outcome(step, Reason.DATA_OVER, lastLoss);
            }
            boolean isOver = evaluateWhenDue();
            if (checkpointer.isDue(step)) {
                checkpointer.write(step, cursor, progress, false);
                savedStep = step;
            }
            if (isOver) {
                return new Outcome(step, Reason.STOPPED_EARLY, lastLoss);
            }
        }
        return new Outcome(step, Reason.STEPS_DONE, lastLoss);
    }

    private boolean step() {
        long start = nanoClock.getAsLong();
        Prepared prepared = prefetcher.take();
        long waited = nanoClock.getAsLong() - start;
        if (!prepared.hasRows()) {
            return false;
        }
        step++;
        prefetcher.prepareNext();
        StepLoss own = program.run(input(prepared), gradients, peers);
        StepLoss whole = sum(own);
        double rateFactor = settings.dense().schedule().factor(step);
        prefetcher.await();
        tables.push(
                prepared.gathered(),
                gradients,
                new Tables.Push(step, own.weight(), rateFactor, prepared.batch().timeSeconds()));
        double norm = optimizer.step(gradients.dense(), step, whole.weight());
        prefetcher.repair();
        cursor = prepared.cursorAfter();
        lastLoss = whole.mean();
        listener.onStep(
                new StepReport(
                        step,
                        lastLoss,
                        norm,
                        rateFactor,
                        prepared.batch().rows(),
                        waited,
                        nanoClock.getAsLong() - start));
        requireFinite();
        return true;
    }

    private Program.Input input(Prepared prepared) {
        long seed = settings.seed() * 1_000_003 + step * 1_009L + peers.rank();
        return new Program.Input(
                optimizer.parameters(), prepared.batch(), prepared.gathered(), seed);
    }

    private StepLoss sum(StepLoss own) {
        if (peers.size() == 1) {
            return own;
        }
        long at = spec.parameters().size();
        gradients.dense().setAtIndex(ValueLayout.JAVA_FLOAT, at, (float) own.sum());
        gradients.dense().setAtIndex(ValueLayout.JAVA_FLOAT, at + 1, (float) own.weight());
        peers.allReduce(gradients.dense(), at + Gradients.TAIL);
        return new StepLoss(
                gradients.dense().getAtIndex(ValueLayout.JAVA_FLOAT, at),
                gradients.dense().getAtIndex(ValueLayout.JAVA_FLOAT, at + 1));
    }

    private void requireFinite() {
        if (!Double.isFinite(lastLoss)) {
            throw new TrainingException(
                    Code.DIVERGED,
                    "loss=%s at step %d: the run diverged".formatted(lastLoss, step));
        }
    }

    private boolean evaluateWhenDue() {
        if (settings.evaluationSteps() == 0 || step % settings.evaluationSteps() != 0) {
            return false;
        }
        Map<String, Double> metrics = peers.rank() == 0 ? task.evaluate(view()) : Map.of();
        if (peers.rank() == 0) {
            listener.onEvaluation(step, metrics);
        }
        if (settings.earlyStop().isEmpty()) {
            return false;
        }
        EarlyStop rule = settings.earlyStop().get();
        double value = fromFirst(metrics.getOrDefault(rule.metric(), Double.NaN));
        progress = rule.after(progress, step, value);
        return rule.isOver(progress);
    }

    /// The first worker's value, at every worker.
    private double fromFirst(double value) {
        if (peers.size() == 1) {
            return value;
        }
        try (Arena brief = Arena.ofConfined()) {
            var mine = brief.allocate(ValueLayout.JAVA_DOUBLE);
            var all = brief.allocate(ValueLayout.JAVA_DOUBLE, peers.size());
            mine.set(ValueLayout.JAVA_DOUBLE, 0, value);
            peers.allGather(mine, all);
            return all.get(ValueLayout.JAVA_DOUBLE, 0);
        }
    }

    /// The model between two steps.
    public ModelView view() {
        return new ModelView(spec, optimizer.parameters(), tables, step);
    }

    /// Ends [#run] after the step it is in; from any thread.
    public void stop() {
        askedToStop = true;
    }

    @Override
    public void close() {
        prefetcher.close();
        program.close();
        arena.close();
    }
}
