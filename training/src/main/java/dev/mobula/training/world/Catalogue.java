package dev.mobula.training.world;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A generated catalogue: items around topics, and users who like a few of them. One seed gives
/// one catalogue.
public final class Catalogue {
    private static final List<String> TOPICS =
            List.of(
                    "astronomy",
                    "baking",
                    "chess",
                    "climbing",
                    "cycling",
                    "film",
                    "gardening",
                    "history",
                    "jazz",
                    "languages",
                    "painting",
                    "photography",
                    "poetry",
                    "robotics",
                    "sailing",
                    "woodwork");
    private static final int AUTHORS_PER_TOPIC = 40;
    private static final int TASTES = 3;
    private static final double SPREAD = 0.35;

    private final int dimension;
    private final float[][] centres;
    private final List<Item> items = new ArrayList<>();
    private final List<User> users = new ArrayList<>();

    /// One generated item: its vector has length 1, its quality lies in 0..1.
    public record Item(
            long id,
            long author,
            String topic,
            String title,
            double quality,
            double popularity,
            float[] vector) {}

    /// One generated user: topics liked, and the vector of that taste, of length 1.
    public record User(long id, List<String> topics, float[] taste) {
        public User {
            topics = List.copyOf(topics);
        }
    }

    private Catalogue(int dimension, SplittableRandom random) {
        this.dimension = dimension;
        centres = new float[TOPICS.size()][];
        for (int i = 0; i < centres.length; i++) {
            centres[i] = direction(random);
        }
    }

    /// Generates items with ids from 1 and users with ids from 1.
    public static Catalogue generate(long seed, int itemCount, int userCount, int dimension) {
        SplittableRandom random = new SplittableRandom(seed);
        Catalogue catalogue = new Catalogue(dimension, random);
        for (int i = 1; i <= itemCount; i++) {
            catalogue.items.add(catalogue.newItem(i, random));
        }
        for (int i = 1; i <= userCount; i++) {
            catalogue.users.add(catalogue.newUser(i, random));
        }
        return catalogue;
    }

    public int dimension() {
        return dimension;
    }

    public List<Item> items() {
        return List.copyOf(items);
    }

    public List<User> users() {
        return List.copyOf(users);
    }

    private Item newItem(long id, SplittableRandom random) {
        int topic = random.nextInt(TOPICS.size());
        long author = 1 + (long) topic * AUTHORS_PER_TOPIC + random.nextInt(AUTHORS_PER_TOPIC);
        double quality = random.nextDouble();
        double popularity = Math.floor(Math.exp(6 * random.nextDouble() * quality));
        float[] vector = near(centres[topic], random);
        String title = TOPICS.get(topic) + " #" + id;
        return new Item(id, author, TOPICS.get(topic), title, quality, popularity, vector);
    }

    private User newUser(long id, SplittableRandom random) {
        List<String> topics = new ArrayList<>();
        float[] taste = new float[dimension];
        for (int i = 0; i < TASTES; i++) {
            int topic = random.nextInt(TOPICS.size());
            if (!topics.contains(TOPICS.get(topic))) {
                topics.add(TOPICS.get(topic));
            }
            for (int d = 0; d < dimension; d++) {
                taste[d] += centres[topic][d] / (i + 1);
            }
        }
        return new User(id, topics, normalized(taste));
    }

    private float[] near(float[] centre, SplittableRandom random) {
        float[] vector = new float[dimension];
        double scale = SPREAD / Math.sqrt(dimension);
        for (int d = 0; d < dimension; d++) {
            vector[d] = (float) (centre[d] + scale * random.nextGaussian());
        }
        return normalized(vector);
    }

    private float[] direction(SplittableRandom random) {
        float[] vector = new float[dimension];
        for (int d = 0; d < dimension; d++) {
            vector[d] = (float) random.nextGaussian();
        }
        return normalized(vector);
    }

    private static float[] normalized(float[] vector) {
        double square = 0;
        for (float value : vector) {
            square += value * value;
        }
        float scale = (float) (1 / Math.sqrt(square));
        for (int d = 0; d < vector.length; d++) {
            vector[d] *= scale;
        }
        return vector;
    }
}
