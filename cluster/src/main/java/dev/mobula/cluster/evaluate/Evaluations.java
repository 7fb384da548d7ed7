package dev.mobula.cluster.evaluate;

import java.util.List;

/// The evaluations there are.
public final class Evaluations {
    private Evaluations() {}

    /// All of them, in the order in which they are listed.
    public static List<Evaluation> all() {
        return List.of(
                new InteractionsEvaluation(),
                new SequencesEvaluation(),
                new MultitaskEvaluation(),
                new OpeEvaluation(),
                new SafetyEvaluation(),
                new UpliftEvaluation());
    }
}
