package dev.mobula.actors.ranker;

import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.ranking.features.ItemColumns;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.ScoredBatch;
import dev.mobula.ranking.model.StarterModel;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.PackedScorer;
import java.util.HashMap;
import java.util.Map;

/// Scores candidates with a model over resident item features.
public final class RankerService implements Service {
    private static final int ITEMS_MAX = 10_000_000;
    private static final int CANDIDATES_MAX = 4_096;

    private final RankingModel model;
    private final ItemColumns columns;
    private final Ranker ranker;
    private final Ranker.Session session;
    private final int[] anyone;

    private RankerService(RankingModel model) {
        this.model = model;
        columns = new ItemColumns(model.layout(), ITEMS_MAX);
        ranker =
                new Ranker(
                        model,
                        PackedScorer.of(
                                model.graph().orElseThrow(),
                                model.layout().sharedWidth(),
                                model.weights(),
                                Kernels.ofThisMachine()));
        session = ranker.open(CANDIDATES_MAX);
        anyone = model.layout().encodeUser(Map.of());
    }

    /// Starts a ranker with the [StarterModel].
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) {
            return new RankerService(StarterModel.create());
        }
    }

    @Override
    public byte[] call(int op, byte[] request) {
        try {
            return switch (op) {
                case RankerProtocol.PUT -> put(request);
                case RankerProtocol.DELETE -> delete(request);
                case RankerProtocol.SCORE -> score(request);
                default -> throw new CallException(Failure.REFUSED, "no operation " + op);
            };
        } catch (RankingException refused) {
            throw new CallException(Failure.REFUSED, String.valueOf(refused.getMessage()), refused);
        }
    }

    private byte[] put(byte[] request) {
        for (RankerProtocol.ItemRow row : RankerProtocol.ROWS.decode(request)) {
            Map<String, FeatureValue> values = new HashMap<>();
            row.numbers()
                    .forEach((name, number) -> values.put(name, new FeatureValue.Amount(number)));
            columns.upsert(row.id(), model.layout().encodeItem(values));
        }
        return RankerProtocol.NOTHING;
    }

    private byte[] delete(byte[] request) {
        for (long id : new MessageReader(request).readLongs()) {
            columns.delete(id);
        }
        return RankerProtocol.NOTHING;
    }

    private byte[] score(byte[] request) {
        long[] candidates = new MessageReader(request).readLongs();
        if (candidates.length > CANDIDATES_MAX) {
            throw new CallException(
                    Failure.REFUSED,
                    "candidates=" + candidates.length + ", at most " + CANDIDATES_MAX);
        }
        long nowSeconds = System.currentTimeMillis() / 1_000;
        ScoredBatch scored = session.rank(anyone, columns, candidates, nowSeconds);
        return RankerProtocol.SCORES.encode(
                new Scores(
                        scored.modelVersion(),
                        scored.heads(),
                        scored.ids(),
                        scored.scores(),
                        scored.drops().size()));
    }

    @Override
    public void close() {
        session.close();
        ranker.close();
    }
}
