package dev.mobula.training.bundle;

import dev.mobula.training.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a bundle must show before it is promoted: the file `gates.yaml` of a store.
///
/// ```yaml
/// gates:
///   - {metric: recall@20, min: 0.17}
///   - {no-worse: auc, margin: 0.001}
///   - {off-policy: DR}                  # its lower bound above what the logs earned
///   - {calibration: all, max: 0.02}
/// ```
public record Gates(List<Gate> gates) {
    /// A store without the file lets everything pass.
    public static final Gates OPEN = new Gates(List.of());

    static final String FILE = "gates.yaml";

    public Gates {
        gates = List.copyOf(gates);
    }

    public static Gates read(Path file) {
        if (!Files.exists(file)) {
            return OPEN;
        }
        Settings top = Settings.read(file);
        Gates read = new Gates(top.sectionList("gates").stream().map(Gate::of).toList());
        top.end();
        return read;
    }

    /// Why the candidate does not pass; empty when it does.
    public List<String> reasons(Evidence candidate, Optional<Evidence> promoted) {
        return gates.stream()
                .map(gate -> gate.reason(candidate, promoted))
                .flatMap(Optional::stream)
                .toList();
    }
}
