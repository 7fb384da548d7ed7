package dev.mobula.training.world;

/// All items a world will ever have, in columns and in the order in which they are posted.
final class Items {
    /// The campaign of an item that is no spam.
    static final int NO_CAMPAIGN = -1;

    private static final double TOPIC_WEIGHT = .75;
    private static final double SECOND_TOPIC_WEIGHT = .3;
    private static final double NOISE = .4;
    private static final double MAIN_TOPIC_SHARE = .8;
    private static final double SPAMMER_SHARE = .95;
    private static final long DAY_SECONDS = 86_400;
    private static final int CAMPAIGN_SECONDS = 43_200;
    private static final int CAMPAIGNS_AT_ONCE = 2;

    final int count;
    final int[] postedSeconds;
    final int[] author;
    final byte[] topic;
    final byte[] second;
    final Language[] language;
    final float[] vector;
    final float[] quality;
    final float[] appeal;
    final float[] lengthSeconds;
    final int[] campaign;

    Items(WorldSpec spec, People people, Communities communities, Noise noise) {
        count = spec.itemsEver();
        postedSeconds = new int[count];
        author = new int[count];
        topic = new byte[count];
        second = new byte[count];
        language = new Language[count];
        vector = new float[count * Latent.DIMENSION];
        quality = new float[count];
        appeal = new float[count];
        lengthSeconds = new float[count];
        campaign = new int[count];
        double everySeconds = (double) spec.shelfDays() * DAY_SECONDS / spec.items();
        for (int item = 0; item < count; item++) {
            double at = (item + noise.uniform()) * everySeconds;
            postedSeconds[item] = (int) (at - spec.shelfDays() * DAY_SECONDS);
            if (noise.chance(spec.spamShare())) {
                postSpam(item, people, communities, noise);
            } else {
                post(item, people, communities, noise);
            }
        }
    }

    private void post(int item, People people, Communities communities, Noise noise) {
        int from = communities.draw(noise);
        int by = people.drawCreator(from, noise);
        int about =
                noise.chance(MAIN_TOPIC_SHARE)
                        ? people.interest(by, 0)
                        : communities.drawTopic(from, noise);
        describe(item, by, about, communities, people, noise);
        quality[item] = (float) (.6 * people.talent[by] + .8 * noise.gaussian());
        appeal[item] = (float) (.5 * quality[item] + .87 * noise.gaussian());
        campaign[item] = NO_CAMPAIGN;
    }

    /// Spam comes in bursts of one text; it looks better than it is.
    private void postSpam(int item, People people, Communities communities, Noise noise) {
        int by =
                noise.chance(SPAMMER_SHARE)
                        ? people.spammers[noise.below(people.spammers.length)]
                        : people.drawCreator(communities.draw(noise), noise);
        int about = communities.drawTopic(communities.draw(noise), noise);
        describe(item, by, about, communities, people, noise);
        quality[item] = (float) (-2 + .5 * noise.gaussian());
        appeal[item] = (float) (.8 + .5 * noise.gaussian());
        int burst = Math.floorDiv(postedSeconds[item], CAMPAIGN_SECONDS);
        campaign[item] =
                Math.floorMod(CAMPAIGNS_AT_ONCE * burst + noise.below(CAMPAIGNS_AT_ONCE), 1 << 20);
    }

    private void describe(
            int item, int by, int about, Communities communities, People people, Noise noise) {
        author[item] = by;
        topic[item] = (byte) about;
        second[item] = (byte) communities.drawTopic(people.community[by], noise);
        language[item] = people.language(by);
        lengthSeconds[item] = (float) (40 * StrictMath.exp(.5 * noise.gaussian()));
        double[] at = new double[Latent.DIMENSION];
        Latent.addScaled(communities.topicVectors(), about, TOPIC_WEIGHT, at);
        Latent.addScaled(communities.topicVectors(), second[item], SECOND_TOPIC_WEIGHT, at);
        Latent.addNoise(noise, NOISE, at);
        Latent.store(at, vector, item);
    }

    boolean isSpam(int item) {
        return campaign[item] != NO_CAMPAIGN;
    }
}
