package dev.mobula.retrieval.store;

/// One entry of the item change stream: an item is now this, or is gone.
///
/// An entry carries the item as it stands when the stream is read, which may be newer than the write at that
/// position; a later entry then tells of the newer write. Applying the entries in order always ends at the store's
/// state, and an item deleted later appears as gone already here.
public sealed interface ItemChange {
    long position();

    long id();

    /// The item now stored.
    record Stored(long position, Item item) implements ItemChange {
        @Override
        public long id() {
            return item.id();
        }
    }

    /// No item of this id is stored.
    record Gone(long position, long id) implements ItemChange {}
}
