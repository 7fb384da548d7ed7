package dev.mobula.ranking.notify.ledger;

/// Ends a command without a change. Never leaves the package.
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final LedgerError error;

    Refusal(LedgerError error, String text) {
        super(text, null, false, false);
        this.error = error;
    }

    Reply.Refused reply() {
        return new Reply.Refused(error, String.valueOf(getMessage()));
    }
}
