package dev.mobula.training.sequence;

import dev.mobula.ranking.model.SequenceEncoder;
import dev.mobula.ranking.model.Tensor;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.model.packed.CausalTransformer;
import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.retrieval.kernels.Kernels;
import dev.mobula.training.factor.PersonEncoder;
import java.util.Arrays;
import java.util.List;

/// A trained [NextItemTask]: scores are the probabilities of all items to come next.
public final class NextItemModel implements HistoryModel {
    static final String IN = "embeddings.in";
    static final String OUT = "embeddings.out";

    private static final Kernels KERNELS = Kernels.best();

    private final Shape shape;
    private final Weights weights;
    private final float[] in;
    private final float[] out;
    private final CausalTransformer transformer;
    private final float sharpness;

    /// What the weights are the weights of.
    ///
    /// @param ageDecay how much less an event counts than the one after it
    public record Shape(int width, int eventsMax, int blocks, int heads, double ageDecay) {
        static Shape of(NextItemOptions options) {
            return new Shape(
                    options.width(),
                    options.eventsMax(),
                    options.blocks(),
                    options.heads(),
                    options.ageDecay());
        }

        CausalTransformer.Shape transformer() {
            return new CausalTransformer.Shape(
                    NextItemScript.TRANSFORMER, width, eventsMax, blocks, heads);
        }
    }

    private NextItemModel(Shape shape, Weights weights, float[] in, float[] out) {
        this.shape = shape;
        this.weights = weights;
        this.in = in;
        this.out = out;
        this.transformer =
                CausalTransformer.of(
                        shape.transformer(),
                        weights,
                        dev.mobula.ranking.model.kernels.Kernels.ofThisMachine());
        this.sharpness = (float) Math.exp(weights.require(NextItemScript.SHARPNESS, List.of(1))[0]);
    }

    /// The model of such weights, or a refusal that names the one that does not fit.
    public static NextItemModel of(Shape shape, Weights weights) {
        Tensor embeddings = weights.tensors().get(OUT);
        int items = embeddings == null ? 1 : embeddings.shape().getFirst();
        List<Integer> wanted = List.of(items, shape.width());
        return new NextItemModel(
                shape, weights, weights.require(IN, wanted), weights.require(OUT, wanted));
    }

    public Shape shape() {
        return shape;
    }

    /// All of the model's numbers, which [#of] makes it from again.
    public Weights weights() {
        return weights;
    }

    @Override
    public int items() {
        return out.length / shape.width();
    }

    /// A copy of the vectors that a person's is compared with, one after the other.
    public float[] itemVectors() {
        return out.clone();
    }

    /// Makes the vectors that items are searched with. For one thread.
    public PersonEncoder encoder() {
        Session session = new Session();
        return (history, person) -> {
            session.encode(history);
            System.arraycopy(session.person, 0, person, 0, shape.width());
        };
    }

    @Override
    public Scorer scorer() {
        return new Session();
    }

    private final class Session implements Scorer {
        private final SequenceEncoder.Session encoder = transformer.open();
        private final float[] events = new float[shape.eventsMax() * shape.width()];
        private final float[] person = new float[shape.width()];

        @Override
        public void score(int[] history, float[] scores) {
            encode(history);
            int width = shape.width();
            float most = Float.NEGATIVE_INFINITY;
            for (int item = 0; item < items(); item++) {
                scores[item] = sharpness * KERNELS.dot(person, 0, out, item * width, width);
                most = Math.max(most, scores[item]);
            }
            double sum = 0;
            for (int item = 0; item < items(); item++) {
                double odds = Math.exp(scores[item] - most);
                scores[item] = (float) odds;
                sum += odds;
            }
            for (int item = 0; item < items(); item++) {
                scores[item] /= (float) sum;
            }
        }

        /// The newest event counts whole, the one before it `ageDecay`, and so on; the transformer adds to that.
        private void encode(int[] history) {
            int width = shape.width();
            int count = Math.min(history.length, shape.eventsMax());
            int first = history.length - count;
            for (int p = 0; p < count; p++) {
                System.arraycopy(in, history[first + p] * width, events, p * width, width);
            }
            Arrays.fill(person, 0f);
            encoder.encode(events, count, person, 0);
            double weight = 1;
            for (int p = count - 1; p >= 0; p--) {
                for (int j = 0; j < width; j++) {
                    person[j] += (float) (weight * events[p * width + j]);
                }
                weight *= shape.ageDecay();
            }
        }
    }
}
