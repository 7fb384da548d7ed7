package dev.mobula.retrieval.store;

import java.util.List;

/// Whether an item may be shown: what its record says of it besides its content.
public record ItemStanding(long id, long authorId, ItemState state, List<Label> labels) {
    public ItemStanding {
        labels = List.copyOf(labels);
    }
}
