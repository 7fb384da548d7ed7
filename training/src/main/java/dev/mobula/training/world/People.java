package dev.mobula.training.world;

import java.util.ArrayList;
import java.util.List;

/// All users of a world, in columns: what anybody may know of them, and what only the world knows.
final class People {
    static final int INTERESTS = 4;

    private static final double[] INTEREST_WEIGHTS = {1, .6, .4, .25};
    private static final double SAME_TOPICS_SHARE = .75;
    private static final double TASTE_NOISE = .25;
    private static final double CREATOR_SHARE = .1;
    private static final double SPAMMER_SHARE = .004;
    private static final double VISITS_PER_DAY_MEDIAN = 1.1;
    private static final double VISITS_PER_DAY_MAX = 12;
    private static final long DAY_SECONDS = 86_400;

    final int count;
    final int[] community;
    final byte[] place;
    final byte[] interests;
    final float[] taste;
    final float[] eagerness;
    final float[] patience;
    final float[] visitsPerDay;
    final float[] shiftHours;
    final float[] talent;
    final int[] joinedSeconds;
    final boolean[] spammer;
    final int[][] creators;
    final double[][] creatorWeights;
    final int[] spammers;

    private final Communities communities;

    People(WorldSpec spec, Communities communities, Noise noise) {
        this.communities = communities;
        count = spec.users();
        community = new int[count];
        place = new byte[count];
        interests = new byte[count * INTERESTS];
        taste = new float[count * Latent.DIMENSION];
        eagerness = new float[count];
        patience = new float[count];
        visitsPerDay = new float[count];
        shiftHours = new float[count];
        talent = new float[count];
        joinedSeconds = new int[count];
        spammer = new boolean[count];
        for (int user = 0; user < count; user++) {
            place(user, noise);
            like(user, noise);
            behave(user, spec, noise);
        }
        spammers = new int[Math.max(1, (int) (count * SPAMMER_SHARE))];
        for (int i = 0; i < spammers.length; i++) {
            spammers[i] = noise.below(count);
            spammer[spammers[i]] = true;
        }
        creators = new int[communities.count()][];
        creatorWeights = new double[communities.count()][];
        appoint(noise);
    }

    private void place(int user, Noise noise) {
        community[user] = communities.draw(noise);
        place[user] = (byte) communities.drawPlace(community[user], noise);
    }

    private void like(int user, Noise noise) {
        double[] vector = new double[Latent.DIMENSION];
        for (int i = 0; i < INTERESTS; i++) {
            int topic =
                    noise.chance(SAME_TOPICS_SHARE)
                            ? communities.drawTopic(community[user], noise)
                            : noise.below(Vocabulary.TOPICS.size());
            interests[user * INTERESTS + i] = (byte) topic;
            Latent.addScaled(communities.topicVectors(), topic, INTEREST_WEIGHTS[i], vector);
        }
        Latent.addNoise(noise, TASTE_NOISE, vector);
        Latent.store(vector, taste, user);
    }

    private void behave(int user, WorldSpec spec, Noise noise) {
        eagerness[user] = (float) (.4 * noise.gaussian());
        patience[user] = (float) (.8 + .17 * noise.uniform());
        double visits = VISITS_PER_DAY_MEDIAN * StrictMath.exp(.7 * noise.gaussian());
        visitsPerDay[user] = (float) Math.clamp(visits, .05, VISITS_PER_DAY_MAX);
        shiftHours[user] = (float) (1.5 * (noise.below(3) - 1));
        talent[user] = (float) noise.gaussian();
        boolean later = noise.chance(spec.joinShare());
        joinedSeconds[user] = later ? (int) (noise.uniform() * spec.days() * DAY_SECONDS) : 0;
    }

    /// Some of each community make what the others read, the first ones far more than the last.
    private void appoint(Noise noise) {
        List<List<Integer>> members = new ArrayList<>();
        for (int c = 0; c < communities.count(); c++) {
            members.add(new ArrayList<>());
        }
        for (int user = 0; user < count; user++) {
            if (!spammer[user] && noise.chance(CREATOR_SHARE)) {
                members.get(community[user]).add(user);
            }
        }
        for (int c = 0; c < communities.count(); c++) {
            if (members.get(c).isEmpty()) {
                members.get(c).add(noise.below(count));
            }
            creators[c] = members.get(c).stream().mapToInt(Integer::intValue).toArray();
            double[] weights = new double[creators[c].length];
            for (int rank = 0; rank < weights.length; rank++) {
                weights[rank] = StrictMath.pow(rank + 1, -1.2);
            }
            creatorWeights[c] = Communities.cumulated(weights);
        }
    }

    int drawCreator(int ofCommunity, Noise noise) {
        double[] weights = creatorWeights[ofCommunity];
        return creators[ofCommunity][noise.among(weights, 0, weights.length)];
    }

    int creatorCount() {
        int sum = 0;
        for (int[] some : creators) {
            sum += some.length;
        }
        return sum;
    }

    Place placeOf(int user) {
        return Place.ALL.get(place[user]);
    }

    Language language(int user) {
        return communities.language(community[user]);
    }

    int interest(int user, int rank) {
        return interests[user * INTERESTS + rank];
    }
}
