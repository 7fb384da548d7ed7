package dev.mobula.retrieval.store;

/// What one edge of a user says.
public enum EdgeKind {
    /// The user follows another user.
    FOLLOW(1),
    /// The user wants to see nothing of another user, nor be seen by them.
    BLOCK(2),
    /// The user wants to see nothing of another user for now.
    MUTE(3),
    /// The user wants one item gone.
    HIDE(4);

    private final int code;

    EdgeKind(int code) {
        this.code = code;
    }

    /// The number that stands for this kind on disk; it never changes.
    int code() {
        return code;
    }

    /// Whether the edge ends at an item; the others end at a user.
    public boolean endsAtItem() {
        return this == HIDE;
    }

    static EdgeKind of(int code, RecordReader reader) {
        return switch (code) {
            case 1 -> FOLLOW;
            case 2 -> BLOCK;
            case 3 -> MUTE;
            case 4 -> HIDE;
            default -> throw reader.corrupt("edge kind " + code);
        };
    }
}
