package dev.mobula.actors.shards;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.retrieval.RetrievalException;

/// What the failures of the retrieval library are to a caller on the other side of a call.
public final class RetrievalFailures {
    private RetrievalFailures() {}

    /// The typed failure with the same text.
    public static CallException typed(RetrievalException failed) {
        Failure failure =
                switch (failed.code()) {
                    case INVALID_INPUT, NOT_FOUND -> Failure.REFUSED;
                    case FULL, BUSY -> Failure.OVERLOADED;
                    case CLOSED -> Failure.UNAVAILABLE;
                    case CORRUPT, IO -> Failure.APPLICATION;
                };
        return new CallException(failure, String.valueOf(failed.getMessage()), failed);
    }
}
