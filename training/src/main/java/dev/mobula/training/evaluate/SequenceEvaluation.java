package dev.mobula.training.evaluate;

import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.training.TrainingException;
import dev.mobula.training.data.Sequences;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/// Leave-one-out: each person's last event, or the one before it, is to be found from all events before.
///
/// The history is masked. Ranked are all items, or the event to be found among given candidates. People with nothing
/// before that event are left out.
public final class SequenceEvaluation {
    private final RankingPass pass;
    private final Sequences sequences;
    private final int[][] candidates;

    /// Which event is to be found; models may have learned from all before it.
    public enum Held {
        /// The last event, which judges.
        TEST(1),
        /// The last but one, which tunes.
        VALIDATION(2);

        private final int fromEnd;

        Held(int fromEnd) {
            this.fromEnd = fromEnd;
        }
    }

    /// Of these sequences.
    ///
    /// @param candidates per person; empty arrays for all items
    public SequenceEvaluation(
            Sequences sequences,
            int[][] candidates,
            ExecutorService executor,
            int threads,
            LongSupplier nanoClock,
            Progress progress) {
        if (candidates.length != sequences.users()) {
            throw TrainingException.invalid(
                    "candidates.length", candidates.length, "must be " + sequences.users());
        }
        this.pass = new RankingPass(executor, threads, nanoClock, progress);
        this.sequences = sequences;
        this.candidates = candidates;
    }

    /// The hit rate is the row's recall: one event is relevant.
    public RankingRow run(String name, HistoryModel model, double fitSeconds, Held held, int k) {
        return run(name, PersonModel.of(model), fitSeconds, held, k, Integer.MAX_VALUE);
    }

    /// The same for at most so many people, spread evenly over all.
    public RankingRow run(
            String name, PersonModel model, double fitSeconds, Held held, int k, int peopleMax) {
        if (model.items() != sequences.items()) {
            throw TrainingException.invalid(
                    "items of " + name, model.items(), "must be " + sequences.items());
        }
        int[] users =
                IntStream.range(0, sequences.users())
                        .filter(user -> sequences.itemsOf()[user].length > held.fromEnd)
                        .toArray();
        int count = Math.min(users.length, peopleMax);
        return pass.run(
                new RankingPass.Named(name, model, fitSeconds),
                count,
                i -> caseOf(users[(int) ((long) i * users.length / count)], held),
                k);
    }

    private RankingCase caseOf(int user, Held held) {
        int[] all = sequences.itemsOf()[user];
        int place = all.length - held.fromEnd;
        RankingCase one = RankingCase.of(user, Arrays.copyOf(all, place), new int[] {all[place]});
        int[] given = candidates[user];
        if (given.length == 0) {
            return one;
        }
        int[] among = Arrays.copyOf(given, given.length + 1);
        among[given.length] = all[place];
        return one.among(among);
    }
}
