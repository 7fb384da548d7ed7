package dev.mobula.training.world;

import java.util.ArrayList;
import java.util.List;

/// Groups of users who share topics, a language and the places where that is spoken.
final class Communities {
    private static final double[] TOPIC_WEIGHTS = {1, .6, .4, .25};
    private static final double ENGLISH_SHARE = .6;
    private static final double GERMAN_SHARE = .2;

    private final double[] sizes;
    private final int[][] topics;
    private final double[] topicWeights;
    private final Language[] languages;
    private final List<List<Integer>> places = new ArrayList<>();
    private final float[] topicVectors;

    Communities(int count, Noise noise) {
        sizes = new double[count];
        topics = new int[count][TOPIC_WEIGHTS.length];
        languages = new Language[count];
        topicVectors = new float[Vocabulary.TOPICS.size() * Latent.DIMENSION];
        topicWeights = cumulated(TOPIC_WEIGHTS);
        for (int topic = 0; topic < Vocabulary.TOPICS.size(); topic++) {
            double[] vector = new double[Latent.DIMENSION];
            Latent.addNoise(noise, 1, vector);
            Latent.store(vector, topicVectors, topic);
        }
        for (int c = 0; c < count; c++) {
            sizes[c] = 1.0 / (c + 2);
            topics[c] = distinctTopics(c, noise);
            languages[c] = c == 0 ? Language.ENGLISH : language(noise.uniform());
            places.add(placesOf(languages[c]));
        }
        System.arraycopy(cumulated(sizes), 0, sizes, 0, count);
    }

    /// The first is dealt out in turn, so that every topic has somebody who cares.
    private static int[] distinctTopics(int community, Noise noise) {
        int[] chosen = new int[TOPIC_WEIGHTS.length];
        chosen[0] = community % Vocabulary.TOPICS.size();
        for (int i = 1; i < chosen.length; i++) {
            int topic = noise.below(Vocabulary.TOPICS.size());
            while (contains(chosen, i, topic)) {
                topic = (topic + 1) % Vocabulary.TOPICS.size();
            }
            chosen[i] = topic;
        }
        return chosen;
    }

    private static boolean contains(int[] chosen, int count, int topic) {
        for (int i = 0; i < count; i++) {
            if (chosen[i] == topic) {
                return true;
            }
        }
        return false;
    }

    private static Language language(double uniform) {
        if (uniform < ENGLISH_SHARE) {
            return Language.ENGLISH;
        }
        return uniform < ENGLISH_SHARE + GERMAN_SHARE ? Language.GERMAN : Language.SPANISH;
    }

    private static List<Integer> placesOf(Language language) {
        List<Integer> found = new ArrayList<>();
        for (int place = 0; place < Place.ALL.size(); place++) {
            if (Place.ALL.get(place).language() == language) {
                found.add(place);
            }
        }
        return found;
    }

    static double[] cumulated(double[] weights) {
        double[] sums = new double[weights.length];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i];
            sums[i] = sum;
        }
        return sums;
    }

    int count() {
        return sizes.length;
    }

    int draw(Noise noise) {
        return noise.among(sizes, 0, sizes.length);
    }

    /// The first of a community's places is where half of it lives.
    int drawPlace(int community, Noise noise) {
        List<Integer> around = places.get(community);
        int home = community % around.size();
        return noise.chance(.5) ? around.get(home) : around.get(noise.below(around.size()));
    }

    Language language(int community) {
        return languages[community];
    }

    int drawTopic(int community, Noise noise) {
        return topics[community][noise.among(topicWeights, 0, topicWeights.length)];
    }

    float[] topicVectors() {
        return topicVectors;
    }
}
