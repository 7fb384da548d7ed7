package dev.mobula.ranking.features;

/// One change stream into item columns: applies each change once, in order of position. Used by one thread.
public final class ItemStream {
    private final ItemColumns columns;
    private volatile long position = -1;

    ItemStream(ItemColumns columns) {
        this.columns = columns;
    }

    /// Applies the next change. One already applied does nothing; a bad one is counted, set aside, and false.
    public boolean apply(ItemChange change) {
        if (change.position() <= position) {
            return true;
        }
        boolean accepted = columns.apply(change);
        position = change.position();
        return accepted;
    }

    /// Goes on from this position: what came before it is in the columns already.
    public void moveTo(long newPosition) {
        position = newPosition;
    }

    /// Position of the last change applied, -1 before the first.
    public long position() {
        return position;
    }
}
