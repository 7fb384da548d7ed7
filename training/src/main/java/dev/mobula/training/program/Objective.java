package dev.mobula.training.program;

import dev.mobula.training.TrainingException;
import java.util.List;
import java.util.Optional;

/// What a model is trained for.
public sealed interface Objective {
    /// Every head of a tower for its own label.
    record Heads(String tower, List<HeadLoss> losses) implements Objective {
        public Heads {
            losses = List.copyOf(losses);
            if (losses.isEmpty()) {
                throw TrainingException.invalid("losses", losses, "a model learns something");
            }
        }
    }

    /// One head's loss: for a probability cross entropy, for a quantity half the squared error.
    ///
    /// @param label column of width 1
    /// @param weight factor of this loss in the sum
    /// @param mask column of width 1 that weighs this loss row by row, 0 where the label is not known
    record HeadLoss(String head, String label, double weight, Optional<String> mask) {
        public static HeadLoss of(String head, String label) {
            return new HeadLoss(head, label, 1, Optional.empty());
        }

        public HeadLoss weighing(double factor) {
            return new HeadLoss(head, label, factor, mask);
        }

        public HeadLoss maskedBy(String column) {
            return new HeadLoss(head, label, weight, Optional.of(column));
        }
    }

    /// Each row's query finds its own target among the targets of the whole global batch: softmax over dot products.
    ///
    /// @param temperature that the dot products are divided by
    /// @param targetLookup lookup of width 1 whose keys tell targets apart: another row with the same key is no negative
    /// @param logProbability column of width 1 with the logarithm of how often a target comes as a negative, which is
    ///     taken from its logit; empty for none
    /// @param rowWeight column of width 1 that weighs rows; empty for equal weights
    record InBatch(
            String queryTower,
            String targetTower,
            double temperature,
            String targetLookup,
            Optional<String> logProbability,
            Optional<String> rowWeight)
            implements Objective {
        public InBatch {
            if (!(temperature > 0) || Double.isInfinite(temperature)) {
                throw TrainingException.invalid("temperature", temperature, "must be above 0");
            }
        }
    }
}
