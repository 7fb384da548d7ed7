package dev.mobula.training.bundle;

import java.util.List;
import java.util.Map;

/// Where a bundle comes from.
///
/// @param run the training run, or empty
/// @param description SHA-256 of the run's description, or empty
/// @param code version of the code that made it
/// @param kernels what computed it
/// @param data fingerprints of the data by name
/// @param parents bundles that it was made from
public record Lineage(
        String run,
        String description,
        String code,
        String kernels,
        Map<String, String> data,
        List<String> parents) {
    public Lineage {
        data = Map.copyOf(data);
        parents = List.copyOf(parents);
    }
}
