package dev.mobula.ranking.experiment;

import static dev.mobula.ranking.experiment.ExperimentPlan.refused;

import java.util.Map;

/// One side of an experiment: its share of the users, and the parameters it changes.
///
/// @param weight its share, relative to the other arms' weights
public record Arm(String name, int weight, Map<String, String> parameters) {
    private static final int WEIGHT_MAX = 1_000_000;

    public Arm {
        if (name.isBlank()) {
            throw refused("arm= is empty: an arm needs a name");
        }
        if (weight < 1 || weight > WEIGHT_MAX) {
            throw refused(
                    "weight=" + weight + " of the arm " + name + " is outside 1.." + WEIGHT_MAX);
        }
        parameters = Map.copyOf(parameters);
    }
}
