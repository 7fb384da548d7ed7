package dev.mobula.actors.loop;

/// Where a turn is, in this order. What is turned down in one phase does not reach the next.
public enum Phase {
    /// A bundle is made of the log.
    LEARN,
    /// The store's gates look at what was measured of it.
    GATES,
    /// Logged requests are scored again, by the model that served them and by the new one.
    PARITY,
    /// The new model scores live requests and answers nobody.
    SHADOW,
    /// It answers a share of the users.
    CANARY,
    /// The durable pointer moves to it.
    PROMOTE,
    /// It answers nearly everybody, and can still be taken back.
    WATCH,
    /// It answers everybody.
    DONE
}
