package dev.mobula.actors.notify;

import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.training.volume.ConservativeQ;
import java.util.List;

/// A rule for sending or holding that was learned from logged decisions, as it travels with the prices.
///
/// @param serves whether decisions follow it; else it is asked and logged beside them
/// @param state the names of what it knows of a decision, in their order
/// @param learnedUntilMillis it was learned from decisions before this
/// @param decisions from how many
/// @param seed the log was divided by it into what it was learned from and what it is judged by
public record LearnedRule(
        boolean serves,
        List<String> state,
        ConservativeQ.Model model,
        long learnedUntilMillis,
        long decisions,
        long seed) {
    public LearnedRule {
        state = List.copyOf(state);
        if (!state.equals(DecisionState.NAMES)) {
            throw RetrievalException.invalid(
                    "state", state, "must be what decisions know here: " + DecisionState.NAMES);
        }
        if (model.actions() != 2 || model.mean().length != state.size()) {
            throw RetrievalException.invalid(
                    "model", model.actions() + ", " + model.mean().length, "must fit the state");
        }
        var _ = ConservativeQ.of(model);
    }

    public LearnedRule serving(boolean now) {
        return new LearnedRule(now, state, model, learnedUntilMillis, decisions, seed);
    }

    /// The rule, ready to be asked by any number of threads.
    Asked asked() {
        return new Asked(ConservativeQ.of(model));
    }

    /// @param q what holding and sending are worth
    record Asked(ConservativeQ q) {
        boolean sends(float[] known) {
            double[] values = new double[known.length];
            for (int i = 0; i < known.length; i++) {
                values[i] = known[i];
            }
            return q.best(values) == DecisionLog.SEND;
        }
    }

    void write(MessageWriter out) {
        out.writeBoolean(serves)
                .writeStrings(state)
                .writeInt(model.hidden())
                .writeInt(model.actions())
                .writeDoubles(model.mean())
                .writeDoubles(model.scale())
                .writeDouble(model.unit())
                .writeDoubles(model.weights())
                .writeLong(learnedUntilMillis)
                .writeLong(decisions)
                .writeLong(seed);
    }

    static LearnedRule read(MessageReader in) {
        return new LearnedRule(
                in.readBoolean(),
                in.readStrings(),
                new ConservativeQ.Model(
                        in.readInt(),
                        in.readInt(),
                        in.readDoubles(),
                        in.readDoubles(),
                        in.readDouble(),
                        in.readDoubles()),
                in.readLong(),
                in.readLong(),
                in.readLong());
    }
}
