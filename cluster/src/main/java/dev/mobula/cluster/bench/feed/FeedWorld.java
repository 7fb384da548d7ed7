package dev.mobula.cluster.bench.feed;

import dev.mobula.ranking.features.Feature;
import dev.mobula.ranking.features.FeatureBatch;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.ranking.features.ItemChange;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.features.StoredItems;
import dev.mobula.ranking.model.InputAssembler;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.ModelInput;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.ReferenceModel;
import dev.mobula.ranking.model.Safetensors;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.TopHits;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/// The items, the users and the model of the bench: each a function of its id, counted from 1, and one seed.
final class FeedWorld {
    /// Of all that follows: files of another one are made anew.
    static final int VERSION = 2;

    static final int ITEMS = 200_000;
    static final int USERS = 50_000;
    static final int DIMENSIONS = 64;
    static final long NOW_SECONDS = 1_700_000_000L;

    private static final int AUTHORS = 20_000;
    private static final int TOPICS = 500;
    private static final double NOISE = 1.25;
    private static final int CATEGORIES = 10_000;
    private static final long SEED = 11;
    private static final long ITEM_STREAM = 1L << 40;
    private static final long USER_STREAM = 1L << 41;
    private static final long FEATURE_STREAM = 1L << 42;
    private static final String WEIGHTS = "reference.safetensors";

    private final RankingModel model = ReferenceModel.create(SEED);
    private final StoredItems stored = new StoredItems(model.layout().schema());
    private final float[][] topics = new float[TOPICS][DIMENSIONS];
    private float[][] vectors = {};

    FeedWorld() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (float[] topic : topics) {
            for (int d = 0; d < DIMENSIONS; d++) {
                topic[d] = (float) random.nextGaussian();
            }
        }
    }

    RankingModel model() {
        return model;
    }

    static long authorOf(long item) {
        return 1 + item % AUTHORS;
    }

    /// The item as the engine stores it: its number and category features as attributes.
    Item item(long id) {
        SplittableRandom random = new SplittableRandom(SEED + ITEM_STREAM + id);
        float[] embedding = near(random);
        Map<String, Attribute> attributes = new HashMap<>();
        for (Feature feature : model.layout().schema().features()) {
            switch (feature) {
                case Feature.Dense it when it.side() == Side.ITEM ->
                        attributes.put(it.name(), new Attribute.Real(random.nextDouble(-1, 1)));
                case Feature.Categorical it when it.side() == Side.ITEM ->
                        attributes.put(it.name(), new Attribute.Whole(random.nextInt(CATEGORIES)));
                default -> {}
            }
        }
        return Item.of(id, authorOf(id), NOW_SECONDS * 1_000)
                .withAttributes(attributes)
                .withEmbedding(embedding);
    }

    /// What the ranker is told of a user.
    Map<String, FeatureValue> featuresOfUser(long user) {
        SplittableRandom random = new SplittableRandom(SEED + FEATURE_STREAM + user);
        Map<String, FeatureValue> features = new HashMap<>();
        for (Feature feature : model.layout().schema().features()) {
            switch (feature) {
                case Feature.Dense it when it.side() == Side.USER ->
                        features.put(it.name(), new FeatureValue.Amount(random.nextDouble(-1, 1)));
                case Feature.Categorical it when it.side() == Side.USER ->
                        features.put(it.name(), new FeatureValue.Id(random.nextInt(CATEGORIES)));
                default -> {}
            }
        }
        return features;
    }

    /// What a user likes, in the space of the items' embeddings.
    float[] tasteOf(long user) {
        return near(new SplittableRandom(SEED + USER_STREAM + user));
    }

    /// A unit vector around a topic; the first topics have more items and users than the last.
    private float[] near(SplittableRandom random) {
        float[] topic = topics[(int) (Math.pow(random.nextDouble(), 1.5) * TOPICS)];
        float[] vector = new float[DIMENSIONS];
        double squares = 0;
        for (int d = 0; d < DIMENSIONS; d++) {
            vector[d] = topic[d] + (float) (NOISE * random.nextGaussian());
            squares += vector[d] * vector[d];
        }
        float scale = (float) (1 / Math.sqrt(squares));
        for (int d = 0; d < DIMENSIONS; d++) {
            vector[d] *= scale;
        }
        return vector;
    }

    /// The items that are truly nearest.
    Set<Long> nearest(float[] taste, int count) {
        TopHits top = new TopHits(count);
        for (int row = 0; row < ITEMS; row++) {
            float score = -Metric.INNER_PRODUCT.distance(taste, 0, vectors()[row], 0, DIMENSIONS);
            if (top.admits(score)) {
                top.offer(row + 1L, score);
            }
        }
        return Arrays.stream(top.ids()).boxed().collect(Collectors.toSet());
    }

    private synchronized float[][] vectors() {
        if (vectors.length == 0) {
            vectors = new float[ITEMS][];
            Arrays.setAll(vectors, row -> item(row + 1L).embedding());
        }
        return vectors;
    }

    /// Writes the model where rankers install it from, once.
    Path modelFolder(Path folder) throws IOException {
        Path models = folder.resolve(model.version());
        if (!Files.exists(models)) {
            ModelFolder.save(models, model, List.of());
        }
        return models;
    }

    /// Writes what the peer reads, once: vectors, tastes, authors, weights, and both sides of the model's input.
    void writeTo(Path folder) throws IOException {
        Path weights = folder.resolve(WEIGHTS);
        if (Files.exists(weights)) {
            return;
        }
        Files.createDirectories(folder);
        FeatureLayout layout = model.layout();
        rows(folder.resolve("vectors.f32"), ITEMS, id -> item(id).embedding());
        rows(folder.resolve("tastes.f32"), USERS, this::tasteOf);
        rows(folder.resolve("authors.i32"), ITEMS, FeedWorld::authorBits);
        InputAssembler assembler = new InputAssembler(model);
        ModelInput input = assembler.newInput(1);
        FeatureBatch batch = new FeatureBatch(layout, 1);
        int shared = layout.sharedWidth();
        rows(
                folder.resolve("items.f32"),
                ITEMS,
                id -> {
                    fill(batch, assembler, input, Map.of(), featuresOf(id));
                    return part(input, shared, layout.width());
                });
        rows(
                folder.resolve("users.f32"),
                USERS,
                id -> {
                    fill(batch, assembler, input, featuresOfUser(id), Map.of());
                    return part(input, 0, shared);
                });
        Path half = folder.resolve(WEIGHTS + ".half");
        Safetensors.save(
                model.weights().only(model.graph().orElseThrow().parameters().keySet()), half);
        Files.move(half, folder.resolve(WEIGHTS), StandardCopyOption.ATOMIC_MOVE);
    }

    /// What the model reads of an item.
    Map<String, FeatureValue> featuresOf(long id) {
        return stored.read(0, item(id)) instanceof ItemChange.Upsert it ? it.values() : Map.of();
    }

    private void fill(
            FeatureBatch batch,
            InputAssembler assembler,
            ModelInput input,
            Map<String, FeatureValue> user,
            Map<String, FeatureValue> item) {
        batch.begin(model.layout().encodeUser(user), NOW_SECONDS);
        batch.add(1, model.layout().encodeItem(item));
        assembler.fill(batch, input);
    }

    private static float[] part(ModelInput input, int from, int to) {
        return Arrays.copyOfRange(input.values(), from, to);
    }

    private static float[] authorBits(int id) {
        return new float[] {Float.intBitsToFloat((int) authorOf(id))};
    }

    private static void rows(Path file, int count, IntFunction<float[]> row) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int id = 1; id <= count; id++) {
                float[] values = row.apply(id);
                ByteBuffer bytes =
                        ByteBuffer.allocate(values.length * Float.BYTES)
                                .order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(values);
                out.write(bytes.array());
            }
        }
    }
}
