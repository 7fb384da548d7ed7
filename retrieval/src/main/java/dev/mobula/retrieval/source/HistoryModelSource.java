package dev.mobula.retrieval.source;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.retrieval.vectors.LongTable;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// Candidates from a model over a history: the graph filter or the closed form over items, friends of friends over
/// people.
public final class HistoryModelSource implements CandidateSource {
    private static final int SCRATCH_KEPT_MAX = 64;

    private final String name;
    private final HistoryModel model;
    private final LongTable ids;
    private final Reason reason;
    private final BlockingQueue<Scratch> idle = new ArrayBlockingQueue<>(SCRATCH_KEPT_MAX);

    /// The memory of one running query.
    private static final class Scratch {
        private final HistoryModel.Scorer scorer;
        private final float[] scores;

        Scratch(HistoryModel model) {
            scorer = model.scorer();
            scores = new float[model.items()];
        }
    }

    private HistoryModelSource(String name, HistoryModel model, LongTable ids, Reason reason) {
        if (ids.size() != model.items()) {
            throw RetrievalException.invalid(
                    "ids", ids.size(), "must be as many as the model's items, " + model.items());
        }
        this.name = name;
        this.model = model;
        this.ids = ids;
        this.reason = reason;
    }

    /// Items for the person's recent items. `ids` numbers the items as the model does, and is not changed any more.
    public static HistoryModelSource ofItems(String name, HistoryModel model, LongTable ids) {
        return new HistoryModelSource(name, model, ids, Reason.LIKE_HISTORY);
    }

    /// People to follow for the people someone follows.
    public static HistoryModelSource ofPeople(String name, HistoryModel model, LongTable ids) {
        return new HistoryModelSource(name, model, ids, Reason.FRIENDS_OF_FRIENDS);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void find(SourceQuery query, Candidates found) {
        boolean people = reason == Reason.FRIENDS_OF_FRIENDS;
        int[] history = numbers(people ? query.followed() : query.recentItems());
        if (history.length == 0) {
            return;
        }
        Scratch taken = idle.poll();
        Scratch scratch = taken == null ? new Scratch(model) : taken;
        scratch.scorer.score(history, scratch.scores);
        for (int item : history) {
            scratch.scores[item] = 0;
        }
        int self = people ? ids.find(query.userId()) : -1;
        BestCandidates best = new BestCandidates(found.room());
        for (int item = 0; item < scratch.scores.length; item++) {
            if (scratch.scores[item] > 0 && item != self) {
                best.offer(ids.id(item), scratch.scores[item], 0);
            }
        }
        best.drainTo(found, reason);
        giveBack(scratch);
    }

    /// Scratch beyond what is kept is left to the collector, as is that of a query which failed: its state is unknown.
    private void giveBack(Scratch scratch) {
        idle.offer(scratch);
    }

    private int[] numbers(long[] history) {
        int[] numbers = new int[history.length];
        int size = 0;
        for (long id : history) {
            int number = ids.find(id);
            if (number >= 0) {
                numbers[size++] = number;
            }
        }
        return Arrays.stream(numbers, 0, size).distinct().toArray();
    }
}
