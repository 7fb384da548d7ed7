package dev.mobula.actors.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Optional;

/// The node a service instance starts on: its name, where state may live, and what surrounds it.
///
/// @param host the address at which the node's services listen
public record Home(
        String node,
        String host,
        Optional<Path> localState,
        Optional<Path> sharedState,
        Cluster cluster,
        MeterRegistry meters) {
    /// The root for one kind of state; refused where this node has none.
    Path stateRoot(StateKind kind) {
        Optional<Path> root =
                switch (kind) {
                    case NONE -> Optional.empty();
                    case LOCAL -> localState;
                    case SHARED -> sharedState;
                };
        return root.orElseThrow(
                () ->
                        new CallException(
                                Failure.REFUSED,
                                "node " + node + " has no state root of kind " + kind));
    }
}
