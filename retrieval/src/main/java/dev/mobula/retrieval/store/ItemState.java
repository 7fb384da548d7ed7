package dev.mobula.retrieval.store;

/// Whether an item may be shown at all.
public enum ItemState {
    /// May be shown where its labels allow it.
    VISIBLE(0),
    /// Kept, but shown to nobody: under review, or taken back by its author.
    WITHHELD(1);

    private final int code;

    ItemState(int code) {
        this.code = code;
    }

    /// The number that stands for this state on disk; it never changes.
    int code() {
        return code;
    }

    static ItemState of(int code, RecordReader reader) {
        return switch (code) {
            case 0 -> VISIBLE;
            case 1 -> WITHHELD;
            default -> throw reader.corrupt("item state " + code);
        };
    }
}
