package dev.mobula.training.world.spam;

import dev.mobula.retrieval.campaign.Campaign;
import dev.mobula.retrieval.campaign.CampaignIndex;
import dev.mobula.retrieval.campaign.CampaignSettings;
import dev.mobula.retrieval.campaign.Post;
import dev.mobula.retrieval.canonical.Canonicaliser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/*
 * Campaigns post one text each from twelve accounts, every copy disguised, without any link that would give them away.
 * Around them are honest posts and jokes that spread: those are groups too, and none of them a campaign. B³ is Bagga and
 * Baldwin's: for each post the share of its group that is right, and the share of what is right that is in its group.
 */
/// How soon and how well campaigns are found that are known to be there, by how they disguise their copies.
public final class InjectedCampaigns {
    private static final long START_MILLIS = 1_700_000_000_000L;
    private static final long STEP_MILLIS = 10_000;
    private static final long YEAR_MILLIS = Duration.ofDays(365).toMillis();
    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();
    private static final long QUIET_MILLIS = Duration.ofDays(10).toMillis();
    private static final int CAMPAIGNS = 8;
    private static final int ACCOUNTS = 12;
    private static final int HONEST = 5_000;
    private static final int JOKE_INVERSE = 200;
    private static final double SPAM_SHARE = .1;
    private static final double PASSED_ON = .1;

    private InjectedCampaigns() {}

    /// What came of one disguise.
    ///
    /// @param postsUntil the median of the posts that a campaign got out before it was held to be one; not a number when
    ///     most never were
    /// @param found of the campaigns, how many were
    /// @param precision of the posts in what was held to be a campaign, the share that was of one
    /// @param recall of the campaigns' posts, the share in what was held to be one
    /// @param b3 F1 of the groups, campaigns and jokes
    /// @param pairwise F1 of the pairs of posts in one group
    /// @param organic of the posts of jokes that spread, the share held to be a campaign
    public record Measured(
            String disguise,
            double postsUntil,
            double found,
            double precision,
            double recall,
            double b3,
            double pairwise,
            double organic) {}

    /// Measures every disguise with a stream of its own.
    public static List<Measured> measure(CampaignSettings settings, int posts, long seed) {
        List<Measured> all = new ArrayList<>();
        for (Disguise disguise : Disguise.values()) {
            all.add(new Stream(disguise, seed).run(settings, posts));
        }
        return all;
    }

    /// One post and the group it is of: above 0 a campaign's number, below 0 a joke's, 0 for none.
    private record Known(Post post, int group) {}

    /// Posts of one disguise.
    private static final class Stream {
        private final Disguise disguise;
        private final SplittableRandom random;
        private final String[] texts = new String[CAMPAIGNS];
        private final Map<Long, Long> lasts = new HashMap<>();
        private String joke = "";
        private int jokes;

        Stream(Disguise disguise, long seed) {
            this.disguise = disguise;
            random = new SplittableRandom(seed);
            for (int i = 0; i < CAMPAIGNS; i++) {
                texts[i] = Words.sales(random);
            }
        }

        private Known next(long id) {
            long at = START_MILLIS + id * STEP_MILLIS;
            if (random.nextDouble() < SPAM_SHARE) {
                int campaign = random.nextInt(CAMPAIGNS);
                long account = 1_000_000L * (campaign + 1) + random.nextInt(ACCOUNTS);
                boolean isBought = account % 2 == 0;
                long age = isBought ? YEAR_MILLIS : HOUR_MILLIS;
                return known(
                        id,
                        account,
                        at,
                        age,
                        disguise.apply(texts[campaign], random),
                        campaign + 1);
            }
            long account = 1L + random.nextInt(HONEST);
            String text = Words.honest(random);
            int group = 0;
            if (random.nextInt(JOKE_INVERSE) == 0) {
                joke = text;
                group = - ++jokes;
            } else if (!joke.isEmpty() && random.nextDouble() < PASSED_ON) {
                text = Disguise.WORDS.apply(joke, random);
                group = -jokes;
            }
            return known(id, account, at, YEAR_MILLIS, text, group);
        }

        private Known known(long id, long account, long at, long age, String text, int group) {
            Long last = lasts.put(account, at);
            long before = account <= HONEST ? random.nextLong(QUIET_MILLIS) : age;
            long quiet = last == null ? before : at - last;
            String canonical = Canonicaliser.read(text).text();
            return new Known(new Post(id, account, at, age, quiet, canonical, List.of()), group);
        }

        Measured run(CampaignSettings settings, int posts) {
            CampaignIndex index =
                    new CampaignIndex(settings.withPostsMax(Integer.highestOneBit(2 * posts)));
            List<Known> all = new ArrayList<>();
            int[] out = new int[CAMPAIGNS];
            int[] until = new int[CAMPAIGNS];
            for (int i = 0; i < posts; i++) {
                Known one = next(i);
                all.add(one);
                CampaignIndex.Seen seen = index.add(one.post());
                if (one.group() > 0) {
                    int campaign = one.group() - 1;
                    out[campaign]++;
                    boolean isFirst = seen.isSuspicious() && until[campaign] == 0;
                    until[campaign] = isFirst ? out[campaign] : until[campaign];
                }
            }
            return judged(all, index, until);
        }

        private Measured judged(List<Known> all, CampaignIndex index, int[] until) {
            int[] groups = new int[all.size()];
            long[] clusters = new long[all.size()];
            boolean[] held = new boolean[all.size()];
            for (int i = 0; i < groups.length; i++) {
                groups[i] = all.get(i).group();
                long id = all.get(i).post().id();
                Campaign found = index.of(id).orElse(null);
                clusters[i] = found == null ? -id - 1 : found.id();
                held[i] = found != null && found.isSuspicious();
            }
            double[] detected =
                    Arrays.stream(until)
                            .mapToDouble(posts -> posts == 0 ? Double.POSITIVE_INFINITY : posts)
                            .sorted()
                            .toArray();
            double median = (detected[CAMPAIGNS / 2 - 1] + detected[CAMPAIGNS / 2]) / 2;
            return new Measured(
                    disguise.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    Double.isInfinite(median) ? Double.NaN : median,
                    Arrays.stream(until).filter(posts -> posts > 0).count() / (double) CAMPAIGNS,
                    share(groups, held, true),
                    share(groups, held, false),
                    Grouping.b3(groups, clusters),
                    Grouping.pairwise(groups, clusters),
                    organic(groups, held));
        }

        private static double share(int[] groups, boolean[] held, boolean isPrecision) {
            long both = 0;
            long whole = 0;
            for (int i = 0; i < groups.length; i++) {
                boolean isSpam = groups[i] > 0;
                both += isSpam && held[i] ? 1 : 0;
                whole += (isPrecision ? held[i] : isSpam) ? 1 : 0;
            }
            return whole == 0 ? 1 : (double) both / whole;
        }

        private static double organic(int[] groups, boolean[] held) {
            long jokes = 0;
            long wrong = 0;
            for (int i = 0; i < groups.length; i++) {
                jokes += groups[i] < 0 ? 1 : 0;
                wrong += groups[i] < 0 && held[i] ? 1 : 0;
            }
            return jokes == 0 ? 0 : (double) wrong / jokes;
        }
    }
}
