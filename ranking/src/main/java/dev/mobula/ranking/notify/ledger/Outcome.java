package dev.mobula.ranking.notify.ledger;

import java.util.List;

/// What a command came to: the answer, and the rows that must be stored, all or none, before it is given.
///
/// @param replayed the answer was given before, and is given again byte for byte
public record Outcome(Reply reply, boolean replayed, List<RowWrite> writes) {
    public Outcome {
        writes = List.copyOf(writes);
    }
}
