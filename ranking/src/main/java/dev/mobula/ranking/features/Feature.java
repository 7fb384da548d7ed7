package dev.mobula.ranking.features;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.List;

/// One declared feature.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Feature.Dense.class, name = "dense"),
    @JsonSubTypes.Type(value = Feature.Counter.class, name = "counter"),
    @JsonSubTypes.Type(value = Feature.Categorical.class, name = "categorical"),
    @JsonSubTypes.Type(value = Feature.MultiValued.class, name = "multi"),
    @JsonSubTypes.Type(value = Feature.Sequence.class, name = "sequence"),
    @JsonSubTypes.Type(value = Feature.Cross.class, name = "cross")
})
public sealed interface Feature {
    /// Limit of values in a multi-valued feature and of events in a sequence.
    int VALUES_MAX = 1024;

    String name();

    /// A number. A missing one takes the value `missing`, before scaling.
    record Dense(String name, Side side, Scaling scaling, double missing) implements Feature {
        public Dense {
            requireOwnSide(name, side);
            if (!Double.isFinite(missing)) {
                throw invalid(name, "missing=" + missing + " is not finite");
            }
        }
    }

    /// A count that halves every `halfLifeSeconds`. A missing one is zero.
    record Counter(String name, Side side, Scaling scaling, double halfLifeSeconds)
            implements Feature {
        public Counter {
            requireOwnSide(name, side);
            if (!(halfLifeSeconds > 0) || Double.isInfinite(halfLifeSeconds)) {
                throw invalid(name, "halfLifeSeconds=" + halfLifeSeconds + " must be > 0");
            }
        }
    }

    /// One value of a set: hashed when `vocabulary` is empty, else its place in the list.
    record Categorical(String name, Side side, String table, List<String> vocabulary)
            implements Feature {
        public Categorical {
            requireOwnSide(name, side);
            vocabulary = List.copyOf(vocabulary);
        }
    }

    /// Up to `valuesMax` hashed values whose embeddings are averaged. More than that keeps the first.
    record MultiValued(String name, Side side, String table, int valuesMax) implements Feature {
        public MultiValued {
            requireOwnSide(name, side);
            requireCount(name, "valuesMax", valuesMax);
        }
    }

    /// Up to `eventsMax` hashed values in time order, oldest first. More than that keeps the newest.
    ///
    /// With an `encoder` the sequence becomes that encoder's output; without one, the average of its embeddings.
    record Sequence(String name, Side side, String table, int eventsMax, String encoder)
            implements Feature {
        public static final String AVERAGED = "";

        public Sequence {
            requireOwnSide(name, side);
            requireCount(name, "eventsMax", eventsMax);
            if (side == Side.ITEM && !encoder.isEmpty()) {
                throw invalid(
                        name, "encoder='" + encoder + "' on an item: only a user's is encoded");
            }
        }
    }

    /// The pair of two categorical features, hashed. Missing when either is.
    record Cross(String name, String left, String right, String table) implements Feature {}

    private static void requireOwnSide(String name, Side side) {
        if (side == Side.PAIR) {
            throw invalid(name, "side=PAIR is for crosses; give USER or ITEM");
        }
    }

    private static void requireCount(String name, String field, int count) {
        if (count < 1 || count > VALUES_MAX) {
            throw invalid(name, field + "=" + count + " must be 1.." + VALUES_MAX);
        }
    }

    private static RankingException invalid(String name, String what) {
        return new RankingException(Code.INVALID_SCHEMA, "feature '" + name + "': " + what);
    }
}
