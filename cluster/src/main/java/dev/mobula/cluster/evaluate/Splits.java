package dev.mobula.cluster.evaluate;

import dev.mobula.training.TrainingException;
import dev.mobula.training.data.InteractionLayout;
import dev.mobula.training.data.Interactions;
import dev.mobula.training.data.Split;
import java.util.List;
import java.util.stream.IntStream;

/// The splits that a protocol makes of data.
final class Splits {
    private static final double STRATIFIED_TRAIN_SHARE = .75;
    private static final int SEEDS_MAX = 100;

    private Splits() {}

    /// The protocol that a layout asks for by itself.
    static Protocol usual(InteractionLayout layout) {
        return switch (layout) {
            case InteractionLayout.Pair pair -> Protocol.GIVEN;
            case InteractionLayout.Events events -> Protocol.PORTABLE;
            case InteractionLayout.Edges edges -> Protocol.LINKS;
        };
    }

    /// Refuses a protocol that the layout has no data for.
    static void check(Protocol protocol, InteractionLayout layout) {
        boolean fits =
                protocol == usual(layout)
                        || (protocol == Protocol.STRATIFIED
                                && layout instanceof InteractionLayout.Events);
        if (!fits) {
            throw TrainingException.invalid("--protocol", protocol, "does not fit " + layout);
        }
    }

    /// The splits to judge; more than one only where chance makes them.
    static List<Split> of(Protocol protocol, Interactions data, int seeds) {
        if (seeds < 1 || seeds > SEEDS_MAX) {
            throw TrainingException.invalid("--seeds", seeds, "must be 1.." + SEEDS_MAX);
        }
        return switch (protocol) {
            case GIVEN -> List.of(Split.given(data));
            case PORTABLE -> List.of(Split.portable(data));
            case LINKS -> List.of(Split.links(data));
            case STRATIFIED ->
                    IntStream.range(0, seeds)
                            .mapToObj(seed -> Split.stratified(data, STRATIFIED_TRAIN_SHARE, seed))
                            .toList();
        };
    }
}
