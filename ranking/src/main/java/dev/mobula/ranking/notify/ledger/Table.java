package dev.mobula.ranking.notify.ledger;

/// The kinds of rows a ledger keeps; a store gives each a column family of this name.
public enum Table {
    /// Policies, clock, epoch, seal.
    POLICY("policy"),
    /// A person's contact, windows, live units and fatigue.
    STATE("state"),
    RESERVATION("resv"),
    /// Stored answers by idempotency key.
    IDEMPOTENCY("idem"),
    /// What ends or is forgotten when, in order of time.
    EXPIRY("expiry"),
    /// Global counters: the part of them this ledger may spend.
    LEASE("lease"),
    DIGEST("digest"),
    /// What became of a person's messages.
    OUTCOME("outcome");

    private final String family;

    Table(String family) {
        this.family = family;
    }

    public String family() {
        return family;
    }
}
