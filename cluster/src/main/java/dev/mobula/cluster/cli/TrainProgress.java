package dev.mobula.cluster.cli;

import dev.mobula.training.loop.StepReport;
import dev.mobula.training.run.RunRecord;
import dev.mobula.training.run.RunWatcher;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A run as one line that keeps changing on a terminal: step, loss, rows a second, time left; and a line for each
/// evaluation, terminal or not. Others may watch along.
final class TrainProgress implements RunWatcher {
    private static final long REDRAW_NANOS = Duration.ofMillis(250).toNanos();
    private static final double FORGETTING = 0.05;

    private final Console console;
    private final RunWatcher other;
    private long sinceDrawnNanos = REDRAW_NANOS;
    private double stepNanos;
    private double loss;
    private boolean drawn;

    TrainProgress(Console console) {
        this(console, RunWatcher.NONE);
    }

    TrainProgress(Console console, RunWatcher other) {
        this.console = console;
        this.other = other;
    }

    @Override
    public void began(RunRecord record, int afterStep) {
        console.note(
                afterStep == 0
                        ? record.id() + ": " + record.stepsWanted() + " steps"
                        : record.id() + ": going on after step " + afterStep);
        other.began(record, afterStep);
    }

    @Override
    public void step(StepReport report, int stepsWanted, int batchRows) {
        stepNanos = smoothed(stepNanos, (double) report.nanos());
        loss = smoothed(loss, report.loss());
        sinceDrawnNanos += report.nanos();
        if (console.watched() && sinceDrawnNanos >= REDRAW_NANOS) {
            sinceDrawnNanos = 0;
            drawn = true;
            console.err().print("\r" + line(report, stepsWanted, batchRows) + "\u001b[K");
            console.err().flush();
        }
        other.step(report, stepsWanted, batchRows);
    }

    private static double smoothed(double before, double now) {
        return before == 0 ? now : before + FORGETTING * (now - before);
    }

    private String line(StepReport report, int stepsWanted, int batchRows) {
        long left = (long) (stepNanos * (stepsWanted - report.step()));
        return String.format(
                Locale.ROOT,
                "step %d of %d  loss %.4f  %.0f rows/s  %s left",
                report.step(),
                stepsWanted,
                loss,
                batchRows * 1e9 / Math.max(1, stepNanos),
                text(Duration.ofNanos(left)));
    }

    static String text(Duration time) {
        return time.toHours() > 0
                ? time.toHours() + " h " + time.toMinutesPart() + " min"
                : time.toMinutes() > 0
                        ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                        : time.toSeconds() + " s";
    }

    private void endLine() {
        if (drawn) {
            console.note("");
            drawn = false;
        }
    }

    @Override
    public void evaluated(int step, Map<String, Double> metrics) {
        endLine();
        StringBuilder line = new StringBuilder("step " + step + ":");
        new TreeMap<>(metrics)
                .forEach(
                        (name, value) ->
                                line.append(String.format(Locale.ROOT, "  %s %.5g", name, value)));
        console.note(line.toString());
        other.evaluated(step, metrics);
    }

    @Override
    public void warned(String message) {
        endLine();
        console.note(message);
        other.warned(message);
    }

    @Override
    public void ended(RunRecord record) {
        endLine();
        other.ended(record);
    }
}
