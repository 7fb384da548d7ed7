package dev.mobula.training.world;

import java.util.List;
import java.util.stream.IntStream;

/// A generated world: users, their follow graph, and everything that will be posted in it. Immutable.
///
/// What stands here is what anybody may know of it. What users really want is hidden: a [Simulation] lives the world
/// against a [Policy], and only its [Truth] tells. Users and items are numbered from 0, items in the order in which
/// they are posted.
///
/// ```java
/// World world = World.create(WorldSpec.of(1, 2_000, 3_000, 14));
/// Tally tally = new Simulation(world).run(new PopularityPolicy(world, 2), impression -> {});
/// ```
public final class World {
    /// The world's first second, a Monday: summer time begins in its first month.
    public static final long START_SECONDS = 1_772_409_600L;

    private static final long DAY_SECONDS = 86_400;
    private static final long COMMUNITIES = 1;
    private static final long PEOPLE = 2;
    private static final long FOLLOWS = 3;
    private static final long ITEMS = 4;
    private static final long TEXTS = 5;
    private static final long CONTENT = 7;
    private static final int INTERESTS_TOLD = 3;
    private static final double CONTENT_NOISE = .25;

    /// Numbers of a vector of content or interests.
    public static final int DIMENSION = Latent.DIMENSION;

    private final WorldSpec spec;
    private final People people;
    private final Follows follows;
    private final Items items;
    private final Texts texts;
    private final float[] topicVectors;

    private World(WorldSpec spec) {
        this.spec = spec;
        Communities communities = new Communities(spec.communities(), noise(COMMUNITIES));
        topicVectors = communities.topicVectors();
        people = new People(spec, communities, noise(PEOPLE));
        follows = Follows.begin(people, communities, noise(FOLLOWS));
        items = new Items(spec, people, communities, noise(ITEMS));
        texts = new Texts(Noise.key(spec.seed(), TEXTS), items);
    }

    public static World create(WorldSpec spec) {
        return new World(spec);
    }

    private Noise noise(long part) {
        return new Noise(Noise.key(spec.seed(), part));
    }

    public WorldSpec spec() {
        return spec;
    }

    /// When the world ends.
    public long endSeconds() {
        return START_SECONDS + spec.days() * DAY_SECONDS;
    }

    public int users() {
        return people.count;
    }

    /// All items, those included that are yet to be posted.
    public int items() {
        return items.count;
    }

    /// Items on offer at a time are numbered from here.
    public int firstItem(long seconds) {
        return postedBefore(seconds - spec.shelfDays() * DAY_SECONDS);
    }

    /// Items on offer at a time are numbered below this.
    public int endItem(long seconds) {
        return postedBefore(seconds);
    }

    private int postedBefore(long seconds) {
        long at = seconds - START_SECONDS;
        int low = 0;
        int high = items.count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (items.postedSeconds[middle] < at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    public int author(int item) {
        return items.author[item];
    }

    /// The number of its main topic in [Vocabulary#TOPICS].
    public int topic(int item) {
        return items.topic[item];
    }

    public Language language(int item) {
        return items.language[item];
    }

    public long postedSeconds(int item) {
        return START_SECONDS + items.postedSeconds[item];
    }

    public String title(int item) {
        return texts.title(item);
    }

    /// What the item says: a sentence in its language, a link too when it is spam.
    public String text(int item) {
        return texts.body(item);
    }

    /// Where the user lives, and with that the language they read.
    public Place place(int user) {
        return people.placeOf(user);
    }

    /// When the user joined.
    public long joinedSeconds(int user) {
        return START_SECONDS + people.joinedSeconds[user];
    }

    /// Topics the user named on joining, the dearest first.
    public List<Integer> interests(int user) {
        return IntStream.range(0, INTERESTS_TOLD)
                .mapToObj(rank -> people.interest(user, rank))
                .distinct()
                .toList();
    }

    /// What a good encoder of the item's content would make of it: its place among the tastes, not quite exactly.
    public float[] contentVector(int item) {
        Noise noise = new Noise(Noise.key(Noise.key(spec.seed(), CONTENT), item));
        double[] vector = new double[DIMENSION];
        Latent.addScaled(items.vector, item, 1, vector);
        Latent.addNoise(noise, CONTENT_NOISE, vector);
        return stored(vector);
    }

    /// The topics the user named, in the space of the content vectors.
    public float[] interestVector(int user) {
        double[] vector = new double[DIMENSION];
        List<Integer> told = interests(user);
        for (int rank = 0; rank < told.size(); rank++) {
            Latent.addScaled(topicVectors, told.get(rank), 1.0 / (rank + 1), vector);
        }
        return stored(vector);
    }

    private static float[] stored(double[] vector) {
        float[] direction = new float[DIMENSION];
        Latent.store(vector, direction, 0);
        return direction;
    }

    /// Whom the user follows when the world begins, ascending.
    public int[] follows(int user) {
        return follows.of(user).clone();
    }

    People people() {
        return people;
    }

    Items hiddenItems() {
        return items;
    }

    Follows graph() {
        return follows;
    }
}
