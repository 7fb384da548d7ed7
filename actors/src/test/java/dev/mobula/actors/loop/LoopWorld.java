package dev.mobula.actors.loop;

import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.items.ItemSpaces;
import dev.mobula.actors.ranker.RankRequest;
import dev.mobula.actors.ranker.RankerSettings;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.ranker.Scores;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.ranking.features.EmbeddingSpec;
import dev.mobula.ranking.features.Feature;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.model.Families;
import dev.mobula.ranking.model.Head.Link;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.serving.Lineup;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.Feedback;
import dev.mobula.training.log.Impression;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.world.Page;
import dev.mobula.training.world.Request;
import dev.mobula.training.world.Simulation;
import dev.mobula.training.world.Vocabulary;
import dev.mobula.training.world.World;
import dev.mobula.training.world.WorldSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// The simulated world served by real rankers in one JVM: pages of the best of some random items, everything logged.
final class LoopWorld implements AutoCloseable {
    static final String FIRST = "untrained";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CANDIDATES = 40;
    private static final int RANDOM_PLACES = 2;
    private static final int INTERESTS = 3;

    private final World world;
    private final Simulation life;
    private final InJvmCluster cluster;
    private final ItemShards items;
    private final Rankers rankers;
    private final EventLog log;
    private final SplittableRandom random;
    private final Page page;
    private final Map<String, double[]> utilities = new HashMap<>();
    private int firstItem;
    private int endItem;
    private volatile long nowSeconds = World.START_SECONDS;

    LoopWorld(Path folder, long seed) throws IOException {
        world = World.create(WorldSpec.of(seed, 500, 300, 120));
        life = new Simulation(world);
        page = new Page(life.pageItems());
        random = new SplittableRandom(seed);
        cluster = new InJvmCluster(Optional.of(folder.resolve("state")));
        items = ItemShards.spawn(cluster, "items", 1, ItemShardSettings.of(World.DIMENSION));
        // rankers that choose different kernels give one model two answers, alike but for the last
        // bits
        RankerSettings alike = RankerSettings.following(items.layout()).withPackedAlone();
        rankers = Rankers.spawn(cluster, "ranker", 2, alike);
        Path first = folder.resolve(FIRST);
        ModelFolder.save(first, untrained(seed), List.of());
        rankers.install(first).join();
        rankers.lineUp(Lineup.of(FIRST)).join();
        log =
                EventLog.open(
                        folder.resolve("log"),
                        schema(),
                        List.of("click", "like"),
                        LogOptions.DEFAULT,
                        this::now);
    }

    private static FeatureSchema schema() {
        List<String> topics =
                IntStream.range(0, Vocabulary.TOPICS.size()).mapToObj(Integer::toString).toList();
        List<Feature> features = new ArrayList<>();
        for (int i = 0; i < INTERESTS; i++) {
            features.add(new Feature.Categorical("interest" + i, Side.USER, "topic", topics));
        }
        features.add(new Feature.Categorical("reads", Side.USER, "language", List.of()));
        features.add(new Feature.Categorical("topic", Side.ITEM, "topic", topics));
        features.add(new Feature.Categorical("written", Side.ITEM, "language", List.of()));
        features.add(new Feature.Categorical("author", Side.ITEM, "author", List.of()));
        features.add(new Feature.Cross("readable", "reads", "written", "pair"));
        for (int i = 0; i < INTERESTS; i++) {
            features.add(new Feature.Cross("wanted" + i, "interest" + i, "topic", "pair"));
        }
        return new FeatureSchema(
                "loop",
                1,
                List.of(
                        new EmbeddingSpec("topic", 2 + topics.size(), 4),
                        new EmbeddingSpec("language", 32, 2),
                        new EmbeddingSpec("author", 256, 4),
                        new EmbeddingSpec("pair", 2_048, 4)),
                features);
    }

    private static RankingModel untrained(long seed) {
        FeatureLayout layout = FeatureLayout.of(schema());
        LinkedHashMap<String, Link> heads = new LinkedHashMap<>();
        heads.put("click", Link.SIGMOID);
        heads.put("like", Link.SIGMOID);
        LayerGraph graph = Families.dcn(layout.width(), 1, new int[] {8}, heads);
        Weights weights = Weights.random(RankingModel.parameters(layout, graph), seed);
        return RankingModel.of(FIRST, layout, graph, weights);
    }

    Instant now() {
        return Instant.ofEpochSecond(nowSeconds);
    }

    Rankers rankers() {
        return rankers;
    }

    ItemSpaces spaces() {
        return new ItemSpaces(items);
    }

    EventLog log() {
        return log;
    }

    /// So many people get a page of what answers them.
    void serve(int requests) {
        for (int i = 0; i < requests; i++) {
            if (!life.next()) {
                throw new IllegalStateException("the world is over");
            }
            serveOne(life.request());
        }
    }

    private void serveOne(Request request) {
        nowSeconds = request.seconds();
        follow(request);
        long[] candidates =
                random.ints(request.firstItem(), request.endItem())
                        .filter(item -> !request.isSeen(item))
                        .distinct()
                        .limit(Math.min(CANDIDATES, (endItem - firstItem) / 4))
                        .mapToLong(item -> item)
                        .toArray();
        Scores scores = score(request.user(), candidates);
        fill(scores, request);
        double[] utility = utilities.computeIfAbsent(scores.model(), model -> new double[2]);
        utility[0] += life.truth().utility(page);
        utility[1]++;
        log(scores, request);
    }

    /// Some items that can be shown now.
    long[] onOffer(int count) {
        return IntStream.range(endItem - count, endItem).mapToLong(item -> item).toArray();
    }

    /// One user's candidates as a ranker answers now.
    Scores score(int user, long... candidates) {
        return rankers.score(
                        RankRequest.of(user, candidates, nowSeconds)
                                .withFeatures(featuresOf(user))
                                .withVectors(),
                        LIMIT)
                .join();
    }

    private Map<String, FeatureValue> featuresOf(int user) {
        Map<String, FeatureValue> features = new HashMap<>();
        List<Integer> interests = world.interests(user);
        for (int i = 0; i < Math.min(INTERESTS, interests.size()); i++) {
            features.put("interest" + i, new FeatureValue.Id(interests.get(i)));
        }
        features.put("reads", new FeatureValue.Text(world.place(user).language().code()));
        return features;
    }

    private void follow(Request request) {
        List<Item> posted = new ArrayList<>();
        for (; endItem < request.endItem(); endItem++) {
            posted.add(stored(endItem));
        }
        if (!posted.isEmpty()) {
            items.put(posted).join();
            if (!rankers.awaitCaughtUp(items, LIMIT)) {
                throw new IllegalStateException("the rankers do not catch up");
            }
        }
        firstItem = Math.max(firstItem, request.firstItem());
    }

    private Item stored(int item) {
        return Item.of(item, world.author(item) + 1L, nowSeconds * 1_000)
                .withAttributes(
                        Map.of(
                                "topic", new Attribute.Whole(world.topic(item)),
                                "written", new Attribute.Text(world.language(item).code())))
                .withEmbedding(world.contentVector(item));
    }

    /// The best first, then some of the rest at random, so that the log tells of what the model does not like.
    private void fill(Scores scores, Request request) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, scores.size()).boxed().toList());
        order.sort(
                Comparator.comparingDouble(
                        (Integer at) -> -(scores.value(at, 0) + scores.value(at, 1))));
        page.clear();
        int best = Math.max(1, request.limit() - RANDOM_PLACES);
        while (!order.isEmpty() && page.size() < request.limit()) {
            int place = page.size() < best ? 0 : random.nextInt(order.size());
            double propensity = page.size() < best ? 1 : 1.0 / order.size();
            page.add((int) scores.ids()[order.get(place)], propensity);
            order.subList(place, place + 1).clear();
        }
    }

    private void log(Scores scores, Request request) {
        String id = "request-" + request.number();
        Map<Integer, Integer> placeOf = new HashMap<>();
        for (int i = 0; i < scores.size(); i++) {
            placeOf.put((int) scores.ids()[i], i);
        }
        List<Impression> shown = new ArrayList<>();
        for (int position = 0; position < page.size(); position++) {
            int at = placeOf.getOrDefault(page.item(position), 0);
            shown.add(
                    new Impression(
                            id,
                            request.user(),
                            page.item(position),
                            nowSeconds * 1_000_000,
                            "home",
                            position,
                            "random",
                            page.propensity(position),
                            scores.model(),
                            scores.kernel().toString(),
                            List.of(scores.value(at, 0), scores.value(at, 1)),
                            FeatureVector.of(scores.vectors().get(at))));
        }
        log.served(shown).join();
        List<Feedback> done = new ArrayList<>();
        life.serve(
                page,
                seen -> {
                    if (seen.click()) {
                        done.add(feedback(id, seen, "click"));
                    }
                    if (seen.like()) {
                        done.add(feedback(id, seen, "like"));
                    }
                    if (seen.hide() || seen.report()) {
                        done.add(feedback(id, seen, "hide"));
                    }
                });
        log.done(done).join();
    }

    private Feedback feedback(
            String request, dev.mobula.training.world.Impression seen, String kind) {
        return new Feedback(
                request, seen.user(), seen.item(), (nowSeconds + 1) * 1_000_000, kind, 1);
    }

    /// True worth of a page of this version, over all that it served.
    double utilityOf(String version) {
        double[] utility = utilities.getOrDefault(version, new double[2]);
        return utility[0] / utility[1];
    }

    @Override
    public void close() {
        log.close();
        cluster.close();
    }
}
