package dev.mobula.actors.feed;

import dev.mobula.actors.spaces.UserEncoder;
import java.util.Optional;

/// What answers one request, read once at its start: the version that ranks, and the space in which its candidates are
/// found.
///
/// @param version empty where the rankers may choose, because every version of their line-up searches the same space
/// @param space empty for that of the vectors which items are stored with
/// @param encoder makes the vector that the space is searched with; empty where there is none, or it cannot be read
record Serving(String version, String space, Optional<UserEncoder> encoder) {
    static final Serving USUAL = new Serving("", "", Optional.empty());
}
