package dev.mobula.retrieval.store;

/// One write to a user store; a batch of them is stored whole or not at all.
public sealed interface UserWrite {
    /// The user written to.
    long user();

    /// Draws an edge; drawing one that is there sets its time anew.
    record Connect(long user, EdgeKind kind, long target, long sinceMillis) implements UserWrite {}

    /// Takes an edge back; taking back one that is not there is no error.
    record Disconnect(long user, EdgeKind kind, long target) implements UserWrite {}

    /// Adds to a counter, which starts at zero.
    record Count(long user, String counter, long delta) implements UserWrite {}

    /// Removes everything kept of a user.
    record Forget(long user) implements UserWrite {}

    /// Replaces the user's preferences.
    record Prefer(long user, Preferences preferences) implements UserWrite {}

    /// Gives the account a label, unless it has a newer version of it.
    record Judge(long user, AccountLabel label) implements UserWrite {}

    /// Takes a label back; taking back one that is not there is no error.
    record Unjudge(long user, String label) implements UserWrite {}

    /// Records an event. Whoever wants to know what became of it uses [UserStore#record].
    record Happened(UserEvent event) implements UserWrite {
        @Override
        public long user() {
            return event.user();
        }
    }

    /// Something the user did that was erased since; only in the change stream.
    record Erased() implements UserWrite {
        @Override
        public long user() {
            return 0;
        }
    }

    /// Tells the user's owner that another user blocks the user, or no more: what an older position of the other's owner
    /// says does not count. It is not in the change stream.
    record BlockedBy(long user, long by, long position, boolean blocked) implements UserWrite {}
}
