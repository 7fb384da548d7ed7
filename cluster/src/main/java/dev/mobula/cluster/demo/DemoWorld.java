package dev.mobula.cluster.demo;

import dev.mobula.actors.feed.UserTastes;
import dev.mobula.ranking.model.StarterModel;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.Preferences;
import dev.mobula.training.world.Impression;
import dev.mobula.training.world.RandomPolicy;
import dev.mobula.training.world.Request;
import dev.mobula.training.world.Simulation;
import dev.mobula.training.world.Vocabulary;
import dev.mobula.training.world.World;
import dev.mobula.training.world.WorldSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The simulated world as the engine sees it: ids from 1, items as they are stored, counts of what was observed.
///
/// Its first day has passed when the demo begins, so that some items are known to be liked. For one thread, but for the
/// tastes, which anybody may ask for.
public final class DemoWorld {
    private static final int DAYS_LEAST = 14;
    private static final int DAYS_MOST = 366;
    private static final long ITEM_DAYS_MAX = 2_000_000;
    private static final long FIRST_DAY_SECONDS = 86_400;
    private static final double LIKES_BEFORE = 1;
    private static final double CLICKS_BEFORE = 4;

    private final World world;
    private final Simulation life;
    private final int[] clicks;
    private final int[] likes;

    DemoWorld(DemoSize size) {
        int days = Math.clamp(ITEM_DAYS_MAX / size.items(), DAYS_LEAST, DAYS_MOST);
        world = World.create(WorldSpec.of(size.seed(), size.users(), size.items(), days));
        life = new Simulation(world);
        clicks = new int[world.items()];
        likes = new int[world.items()];
        life.runUntil(
                World.START_SECONDS + FIRST_DAY_SECONDS,
                new RandomPolicy(size.seed()),
                this::count);
    }

    /// The items on offer when the demo begins are numbered from here...
    int firstItem() {
        return world.firstItem(World.START_SECONDS + FIRST_DAY_SECONDS);
    }

    /// ...and below this.
    int endItem() {
        return world.endItem(World.START_SECONDS + FIRST_DAY_SECONDS);
    }

    Simulation life() {
        return life;
    }

    /// Counts what a user did.
    void count(Impression impression) {
        clicks[impression.item()] += impression.click() ? 1 : 0;
        likes[impression.item()] += impression.like() ? 1 : 0;
    }

    static long idOf(int number) {
        return number + 1L;
    }

    static int numberOf(long id) {
        return Math.toIntExact(id - 1);
    }

    static boolean isOnOffer(long id, Request request) {
        return id > request.firstItem() && id <= request.endItem();
    }

    /// The item as the engine stores it, with what was observed of it so far.
    Item stored(int item, long nowMillis) {
        double quality = (likes[item] + LIKES_BEFORE) / (clicks[item] + CLICKS_BEFORE);
        return Item.of(idOf(item), idOf(world.author(item)), nowMillis)
                .withAttributes(
                        Map.of(
                                "title",
                                new Attribute.Text(world.title(item)),
                                "text",
                                new Attribute.Text(world.text(item)),
                                "topic",
                                new Attribute.Text(topicOf(idOf(item))),
                                "language",
                                new Attribute.Text(world.language(item).code()),
                                StarterModel.QUALITY,
                                new Attribute.Real(quality),
                                StarterModel.POPULARITY,
                                new Attribute.Real(clicks[item])))
                .withEmbedding(world.contentVector(item));
    }

    /// What a user said to like and to read.
    Preferences wishes(long user) {
        String language = world.place(numberOf(user)).language().code();
        return new Preferences(likesOf(user), List.of(language), List.of(), Map.of(), Map.of());
    }

    UserTastes tastes() {
        return user ->
                user >= 1 && user <= world.users()
                        ? Optional.of(world.interestVector(numberOf(user)))
                        : Optional.empty();
    }

    public int users() {
        return world.users();
    }

    /// How many items are on offer when the demo begins.
    public int items() {
        return endItem() - firstItem();
    }

    /// What items may be about.
    static List<String> topics() {
        return Vocabulary.TOPICS.stream().map(topic -> topic.name()).toList();
    }

    /// What an item is about.
    public String topicOf(long item) {
        return Vocabulary.TOPICS.get(world.topic(numberOf(item))).name();
    }

    /// What a user said to like, the dearest first.
    public List<String> likesOf(long user) {
        return world.interests(numberOf(user)).stream()
                .map(topic -> Vocabulary.TOPICS.get(topic).name())
                .toList();
    }
}
