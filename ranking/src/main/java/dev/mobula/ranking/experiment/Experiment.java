package dev.mobula.ranking.experiment;

import static dev.mobula.ranking.experiment.ExperimentPlan.refused;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// A question put to a share of the users, split into arms; the first arm is the control.
///
/// Experiments of one layer share its thousand slots and never meet in a user; those of different layers meet at random.
///
/// @param slotFrom the first of the layer's slots that it takes
/// @param slotTo the slot after its last
public record Experiment(
        String name,
        String layer,
        int slotFrom,
        int slotTo,
        List<Arm> arms,
        long startMillis,
        long endMillis) {
    /// The slots of a layer; one is a thousandth of the users.
    public static final int SLOTS = 1_000;

    private static final int ARMS_MAX = 32;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,64}");

    public Experiment {
        arms = List.copyOf(arms);
        if (!NAME.matcher(name).matches()) {
            throw refused(
                    "experiment=" + name + " is not 1 to 64 letters, digits, dots, dashes or _");
        }
        if (!NAME.matcher(layer).matches()) {
            throw refused("layer=" + layer + " is not 1 to 64 letters, digits, dots, dashes or _");
        }
        if (slotFrom < 0 || slotTo > SLOTS || slotFrom >= slotTo) {
            throw refused(
                    "slots="
                            + slotFrom
                            + ".."
                            + slotTo
                            + " of the experiment "
                            + name
                            + " are no range within 0.."
                            + SLOTS);
        }
        if (arms.size() < 2 || arms.size() > ARMS_MAX) {
            throw refused(
                    "arms="
                            + arms.size()
                            + " of the experiment "
                            + name
                            + " is outside 2.."
                            + ARMS_MAX);
        }
        Set<String> names = new HashSet<>();
        for (Arm arm : arms) {
            if (!names.add(arm.name())) {
                throw refused("arm=" + arm.name() + " is in the experiment " + name + " twice");
            }
        }
        if (startMillis >= endMillis) {
            throw refused(
                    "end=" + endMillis + " of the experiment " + name + " is before its start");
        }
    }

    boolean runsAt(long nowMillis) {
        return nowMillis >= startMillis && nowMillis < endMillis;
    }

    boolean overlaps(Experiment other) {
        return startMillis < other.endMillis && other.startMillis < endMillis;
    }

    boolean takes(int slot) {
        return slot >= slotFrom && slot < slotTo;
    }

    boolean sharesSlotsWith(Experiment other) {
        return layer.equals(other.layer) && slotFrom < other.slotTo && other.slotFrom < slotTo;
    }
}
