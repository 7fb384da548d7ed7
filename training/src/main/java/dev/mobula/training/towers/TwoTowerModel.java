package dev.mobula.training.towers;

import dev.mobula.ranking.model.Families;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.ModelInput;
import dev.mobula.ranking.model.Tensor;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.model.packed.PackedScorer;
import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.retrieval.kernels.Kernels;
import dev.mobula.training.factor.PersonEncoder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A trained [TwoTowerTask]: item vectors for an index, and a person's vector from their history. Scores are cosines.
public final class TwoTowerModel implements HistoryModel {
    static final String EMBEDDINGS = "embeddings.items";

    private static final Kernels KERNELS = Kernels.best();

    private final Shape shape;
    private final Weights weights;
    private final float[] embeddings;
    private final float[] vectors;
    private final PackedScorer person;

    /// What the weights are the weights of.
    public record Shape(int width, int dimension, List<Integer> hidden, int eventsMax) {
        public Shape {
            hidden = List.copyOf(hidden);
        }

        static Shape of(TwoTowerOptions options) {
            return new Shape(
                    options.width(), options.dimension(), options.hidden(), options.eventsMax());
        }

        LayerGraph personGraph() {
            return Families.encoder(2 * width, widths(), dimension);
        }

        LayerGraph itemGraph() {
            return Families.encoder(width, widths(), dimension);
        }

        private int[] widths() {
            return hidden.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    private TwoTowerModel(Shape shape, Weights weights, float[] embeddings) {
        this.shape = shape;
        this.weights = weights;
        this.embeddings = embeddings;
        this.person = packed(shape.personGraph(), TwoTowerTask.PERSON, weights);
        this.vectors = vectors(packed(shape.itemGraph(), TwoTowerTask.ITEM, weights));
    }

    /// The model of such weights, or a refusal that names the one that does not fit.
    public static TwoTowerModel of(Shape shape, Weights weights) {
        Tensor given = weights.tensors().get(EMBEDDINGS);
        int items = given == null ? 1 : given.shape().getFirst();
        return new TwoTowerModel(
                shape, weights, weights.require(EMBEDDINGS, List.of(items, shape.width())));
    }

    private static PackedScorer packed(LayerGraph graph, String tower, Weights weights) {
        Map<String, Tensor> own = new LinkedHashMap<>();
        String prefix = tower + ".";
        weights.tensors()
                .forEach(
                        (name, tensor) -> {
                            if (name.startsWith(prefix)) {
                                own.put(name.substring(prefix.length()), tensor);
                            }
                        });
        return PackedScorer.of(
                graph,
                0,
                Weights.of(own),
                dev.mobula.ranking.model.kernels.Kernels.ofThisMachine());
    }

    private float[] vectors(PackedScorer tower) {
        float[] all = new float[items() * shape.dimension()];
        float[] one = new float[shape.dimension()];
        ModelInput input = new ModelInput(1, shape.width(), 0);
        dev.mobula.ranking.model.Scorer.Session session = tower.open();
        for (int item = 0; item < items(); item++) {
            System.arraycopy(embeddings, item * shape.width(), input.values(), 0, shape.width());
            input.setRows(1);
            session.score(input, one);
            System.arraycopy(one, 0, all, item * one.length, one.length);
        }
        return all;
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
        return embeddings.length / shape.width();
    }

    /// A copy of an item's vector, of length one: what an index holds.
    public float[] item(int item) {
        return Arrays.copyOfRange(
                vectors, item * shape.dimension(), (item + 1) * shape.dimension());
    }

    /// A copy of all items' vectors, one after the other.
    public float[] itemVectors() {
        return vectors.clone();
    }

    /// Makes people's vectors. For one thread.
    public PersonTower encoder() {
        return new PersonTower();
    }

    @Override
    public Scorer scorer() {
        PersonTower tower = encoder();
        float[] vector = new float[shape.dimension()];
        return (history, scores) -> {
            tower.encode(history, vector);
            for (int item = 0; item < items(); item++) {
                scores[item] = KERNELS.dot(vector, 0, vectors, item * vector.length, vector.length);
            }
        };
    }

    /// The person tower at work.
    public final class PersonTower implements PersonEncoder {
        private final ModelInput input = new ModelInput(1, 2 * shape.width(), 0);
        private final dev.mobula.ranking.model.Scorer.Session session = person.open();

        private PersonTower() {}

        /// Writes the vector, of length one, of somebody who had these items, oldest first; zeros for nobody.
        @Override
        public void encode(int[] history, float[] vector) {
            if (history.length == 0) {
                Arrays.fill(vector, 0, shape.dimension(), 0f);
                return;
            }
            int width = shape.width();
            float[] values = input.values();
            Arrays.fill(values, 0, 2 * width, 0f);
            int count = Math.min(history.length, shape.eventsMax());
            for (int i = history.length - count; i < history.length; i++) {
                for (int j = 0; j < width; j++) {
                    values[j] += embeddings[history[i] * width + j];
                }
            }
            for (int j = 0; j < width; j++) {
                values[j] /= count;
            }
            int last = history[history.length - 1];
            System.arraycopy(embeddings, last * width, values, width, width);
            input.setRows(1);
            session.score(input, vector);
        }
    }
}
