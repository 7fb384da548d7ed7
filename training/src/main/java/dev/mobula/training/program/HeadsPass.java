package dev.mobula.training.program;

import dev.mobula.ranking.model.Head;
import dev.mobula.ranking.model.kernels.Exponential;
import dev.mobula.training.program.Objective.HeadLoss;
import org.jspecify.annotations.Nullable;

/// The losses of a tower's heads, and their gradients.
final class HeadsPass {
    private final ProgramSpec spec;
    private final Objective.Heads objective;
    private final Tower tower;
    private final TowerPass pass;

    HeadsPass(ProgramSpec spec, Objective.Heads objective, Tower tower, TowerPass pass) {
        this.spec = spec;
        this.objective = objective;
        this.tower = tower;
        this.pass = pass;
    }

    /// Sets the gradients of all logits, and returns the loss.
    double run(Batch batch) {
        double sum = 0;
        for (HeadLoss loss : objective.losses()) {
            sum += loss.weight() * run(loss, batch);
        }
        return sum;
    }

    private double run(HeadLoss loss, Batch batch) {
        Head head = GraphModel.head(tower.graph(), loss.head());
        Value logit = pass.value(head.layer());
        logit.requireGradient(batch.rows());
        float[] label = batch.column(spec.column(loss.label()));
        float @Nullable [] mask =
                loss.mask().map(name -> batch.column(spec.column(name))).orElse(null);
        double sum = 0;
        for (int row = 0; row < batch.rows(); row++) {
            float known = mask == null ? 1f : mask[row];
            float x = logit.values()[logit.at(row)];
            float slope =
                    switch (head.link()) {
                        case SIGMOID -> Exponential.sigmoid(x) - label[row];
                        case IDENTITY -> x - label[row];
                    };
            sum +=
                    known
                            * switch (head.link()) {
                                case SIGMOID -> crossEntropy(x, label[row]);
                                case IDENTITY -> 0.5 * slope * slope;
                            };
            logit.gradients()[logit.at(row)] += (float) loss.weight() * known * slope;
        }
        return sum;
    }

    private static double crossEntropy(float logit, float label) {
        double tail = StrictMath.log1p(StrictMath.exp(-Math.abs(logit)));
        return Math.max(logit, 0f) - (double) logit * label + tail;
    }
}
