package dev.mobula.actors.trainer;

import dev.mobula.training.loop.StepReport;
import java.util.ArrayList;
import java.util.List;

/// Does something once the run has made so many steps, and keeps what was lost.
public final class JobWatch implements JobListener {
    private final int step;
    private final Runnable harm;
    private final List<String> losses = new ArrayList<>();
    private boolean done;

    public JobWatch(int step, Runnable harm) {
        this.step = step;
        this.harm = harm;
    }

    @Override
    public void onStep(StepReport report) {
        if (report.step() >= step && !done) {
            done = true;
            harm.run();
        }
    }

    @Override
    public void onLost(int attempt, String message) {
        losses.add(message);
    }

    public List<String> losses() {
        return List.copyOf(losses);
    }
}
