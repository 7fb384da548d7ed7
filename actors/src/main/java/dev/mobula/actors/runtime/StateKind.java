package dev.mobula.actors.runtime;

/// Where the durable state of a service lives, and so where the service may run.
public enum StateKind {
    /// It keeps none.
    NONE,
    /// On one node: the service runs there, and comes back only with that node.
    LOCAL,
    /// Under a root that all nodes share: the service may come back on any of them.
    SHARED
}
