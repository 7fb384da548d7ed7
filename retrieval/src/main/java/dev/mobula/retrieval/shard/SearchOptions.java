package dev.mobula.retrieval.shard;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.frozen.FrozenSearcher;

/// How to search: the width of the walk, what may be found, and when to stop with what there is.
public record SearchOptions(int ef, Filter filter, long deadlineNanos) {
    public static final SearchOptions DEFAULT =
            new SearchOptions(100, Filter.EVERYTHING, FrozenSearcher.NO_DEADLINE);

    public SearchOptions {
        if (ef < 1 || ef > IndexSpec.EF_MAX) {
            throw invalid("ef", ef, "must be in 1.." + IndexSpec.EF_MAX);
        }
    }

    public SearchOptions withEf(int newEf) {
        return new SearchOptions(newEf, filter, deadlineNanos);
    }

    public SearchOptions withFilter(Filter newFilter) {
        return new SearchOptions(ef, newFilter, deadlineNanos);
    }

    /// In the time of the shard's clock.
    public SearchOptions withDeadline(long newDeadlineNanos) {
        return new SearchOptions(ef, filter, newDeadlineNanos);
    }
}
