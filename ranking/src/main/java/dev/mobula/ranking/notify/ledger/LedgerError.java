package dev.mobula.ranking.notify.ledger;

/// Why a command was not carried out, and whether the same command may be later.
public enum LedgerError {
    INVALID_ARGUMENT(false),
    EXPIRED(false),
    IDEMPOTENCY_KEY_REUSED(false),
    RESERVATION_NOT_FOUND(false),
    NOT_FOUND(false),
    RESERVATION_EXPIRED(false),
    ALREADY_COMMITTED(false),
    ALREADY_RELEASED(false),
    /// The message may have left already: it counts as sent, and must not be sent again.
    SEND_IN_DOUBT(false),
    /// The fence or the epoch belongs to a former owner.
    FENCED(false),
    VERSION_CONFLICT(false),
    CLOCK_SUSPECT(true),
    PAUSED(true),
    /// A bound on what is kept for one person is reached.
    OVERLOADED(true);

    private final boolean retryable;

    LedgerError(boolean retryable) {
        this.retryable = retryable;
    }

    public boolean isRetryable() {
        return retryable;
    }
}
