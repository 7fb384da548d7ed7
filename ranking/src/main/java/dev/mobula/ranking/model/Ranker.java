package dev.mobula.ranking.model;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.features.Drop;
import dev.mobula.ranking.features.FeatureBatch;
import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.ranking.features.ItemColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A model and the engine that runs it: immutable, so that a service swaps versions by one reference.
public final class Ranker implements AutoCloseable {
    private final RankingModel model;
    private final Scorer scorer;

    /// Owns the scorer.
    public Ranker(RankingModel model, Scorer scorer) {
        if (scorer.outputs() != model.headNames().size()) {
            throw new RankingException(
                    Code.MISMATCH,
                    "model '%s' has heads %s, the engine gives %d outputs"
                            .formatted(model.version(), model.headNames(), scorer.outputs()));
        }
        this.model = model;
        this.scorer = scorer;
    }

    public RankingModel model() {
        return model;
    }

    public KernelIdentity kernel() {
        return scorer.identity();
    }

    /// Working memory for one thread and requests of up to `candidatesMax`.
    public Session open(int candidatesMax) {
        return new Session(candidatesMax);
    }

    @Override
    public void close() {
        scorer.close();
    }

    /// Scores requests one after the other.
    public final class Session implements AutoCloseable {
        private final FeatureBatch batch;
        private final InputAssembler assembler;
        private final ModelInput input;
        private final Scorer.Session session;
        private final float[] scores;

        private Session(int candidatesMax) {
            this.batch = new FeatureBatch(model.layout(), candidatesMax);
            this.assembler = new InputAssembler(model);
            this.input = assembler.newInput(candidatesMax);
            this.session = scorer.open();
            this.scores = new float[candidatesMax * scorer.outputs()];
        }

        /// The frozen features of the last request: what to log.
        public FeatureBatch batch() {
            return batch;
        }

        /// Scores resident candidates for a user row that [dev.mobula.ranking.features.FeatureLayout#encodeUser] made.
        public ScoredBatch rank(
                int[] user, ItemColumns columns, long[] candidates, long nowSeconds) {
            batch.begin(user, nowSeconds);
            batch.gather(columns, candidates);
            return scoreBatch();
        }

        /// Scores a logged vector again: the same bits, or a refusal when another kernel scored it.
        public ScoredBatch replay(FeatureVector vector, KernelIdentity recorded) {
            kernel().requireReproduces(recorded);
            batch.replay(vector);
            return scoreBatch();
        }

        private ScoredBatch scoreBatch() {
            assembler.fill(batch, input);
            session.score(input, scores);
            int heads = scorer.outputs();
            List<Drop> drops = new ArrayList<>(batch.drops());
            long[] ids = new long[batch.size()];
            float[] kept = new float[batch.size() * heads];
            int count = 0;
            for (int candidate = 0; candidate < batch.size(); candidate++) {
                if (isFinite(candidate * heads, heads)) {
                    System.arraycopy(scores, candidate * heads, kept, count * heads, heads);
                    ids[count++] = batch.id(candidate);
                } else {
                    drops.add(new Drop(batch.id(candidate), Drop.Reason.SCORE_NOT_FINITE));
                }
            }
            return new ScoredBatch(
                    model.version(),
                    kernel(),
                    model.headNames(),
                    Arrays.copyOf(ids, count),
                    Arrays.copyOf(kept, count * heads),
                    drops);
        }

        private boolean isFinite(int from, int count) {
            for (int i = from; i < from + count; i++) {
                if (!Float.isFinite(scores[i])) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
