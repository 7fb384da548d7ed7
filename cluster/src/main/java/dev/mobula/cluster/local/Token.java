package dev.mobula.cluster.local;

import java.nio.file.Path;

/// How a cluster knows its own: with no secret, with one made for it, or with one from a file.
public sealed interface Token {
    /// Everybody who reaches it may use it.
    record None() implements Token {}

    /// A secret is made and kept beside the cluster's record.
    record Made() implements Token {}

    /// The secret in this file.
    record InFile(Path file) implements Token {}
}
