package dev.mobula.actors.feed;

import java.util.Optional;

/// The vector that stands for a user's taste.
@FunctionalInterface
public interface UserTastes {
    /// Empty for a user of whom nothing is known.
    Optional<float[]> tasteOf(long user);
}
