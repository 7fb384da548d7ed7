package dev.mobula.retrieval.store;

import java.util.List;

/// One write to an item store; a batch of them is stored whole or not at all.
public sealed interface ItemWrite {
    /// The item written to.
    long id();

    /// Stores an item, in place of the one with the same id.
    record Put(Item item) implements ItemWrite {
        @Override
        public long id() {
            return item.id();
        }
    }

    /// Removes an item; removing one that is not there is no error.
    record Delete(long id) implements ItemWrite {}

    /// Gives an existing item another state.
    record SetState(long id, ItemState state) implements ItemWrite {}

    /// Gives an existing item these labels in place of its old ones.
    record SetLabels(long id, List<Label> labels) implements ItemWrite {
        public SetLabels {
            labels = List.copyOf(labels);
        }
    }

    /// Stores an item in place of the one with the same id, and keeps the labels that others than its author gave that one.
    record Edit(Item item) implements ItemWrite {
        @Override
        public long id() {
            return item.id();
        }
    }

    /// Gives an existing item a label, in place of the one of the same value from the same source.
    record AddLabel(long id, Label label) implements ItemWrite {}

    /// Takes one source's label off an item. An item that has none such, or is not there, is left as it is, and the stream
    /// says nothing.
    record RemoveLabel(long id, String value, String source) implements ItemWrite {}

    /// Takes off an item the labels that no longer hold at this time. An item that has none, or is not there, is left as
    /// it is, and the stream says nothing.
    record ExpireLabels(long id, long nowMillis) implements ItemWrite {}

    /// Gives an existing item another embedding. The array is owned by the write.
    @SuppressWarnings("ArrayRecordComponent")
    record SetEmbedding(long id, float[] embedding) implements ItemWrite {}
}
