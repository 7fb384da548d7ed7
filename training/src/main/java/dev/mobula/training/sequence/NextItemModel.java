package dev.mobula.training.sequence;

import dev.mobula.ranking.model.SequenceEncoder;
import dev.mobula.ranking.model.Tensor;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.model.packed.CausalTransformer;
import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.retrieval.kernels.Kernels;
import dev.mobula.training.loop.ModelView;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A trained [NextItemTask]: scores are the probabilities of all items to come next.
public final class NextItemModel implements HistoryModel {
    private static final Kernels KERNELS = Kernels.best();

    private final NextItemOptions options;
    private final float[] in;
    private final float[] out;
    private final CausalTransformer transformer;
    private final float sharpness;

    private NextItemModel(
            NextItemOptions options,
            float[] in,
            float[] out,
            CausalTransformer transformer,
            float sharpness) {
        this.options = options;
        this.in = in;
        this.out = out;
        this.transformer = transformer;
        this.sharpness = sharpness;
    }

    static NextItemModel of(NextItemOptions options, float[] in, float[] out, ModelView view) {
        CausalTransformer.Shape shape = NextItemScript.shape(options);
        Map<String, Tensor> tensors = new HashMap<>();
        for (Map.Entry<String, List<Integer>> entry : shape.parameters().entrySet()) {
            String name = entry.getKey();
            tensors.put(name, new Tensor(entry.getValue(), view.parameter(name)));
        }
        return new NextItemModel(
                options,
                in,
                out,
                CausalTransformer.of(
                        shape,
                        Weights.of(tensors),
                        dev.mobula.ranking.model.kernels.Kernels.ofThisMachine()),
                (float) Math.exp(view.parameter(NextItemScript.SHARPNESS)[0]));
    }

    @Override
    public int items() {
        return out.length / options.width();
    }

    @Override
    public Scorer scorer() {
        return new Session();
    }

    private final class Session implements Scorer {
        private final SequenceEncoder.Session encoder = transformer.open();
        private final float[] events = new float[options.eventsMax() * options.width()];
        private final float[] person = new float[options.width()];

        @Override
        public void score(int[] history, float[] scores) {
            encode(history);
            int width = options.width();
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
            int width = options.width();
            int count = Math.min(history.length, options.eventsMax());
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
                weight *= options.ageDecay();
            }
        }
    }
}
