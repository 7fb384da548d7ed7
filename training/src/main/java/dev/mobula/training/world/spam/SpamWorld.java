package dev.mobula.training.world.spam;

import static dev.mobula.training.TrainingException.invalid;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/*
 * A post comes every ten seconds. With probability spamShare it is one campaign's, else an honest account's; one honest
 * text in two hundred is funny, and for a while a tenth of all honest posts pass it on with a word or two changed. After
 * each post ten of the last five hundred that were not blocked are viewed, by chance.
 */
/// Honest accounts, jokes that spread, and campaigns that adapt to what is blocked.
public final class SpamWorld {
    private static final long START_MILLIS = 1_700_000_000_000L;
    private static final long STEP_MILLIS = 10_000;
    private static final long YEAR_MILLIS = Duration.ofDays(365).toMillis();
    private static final long QUIET_MILLIS = Duration.ofDays(10).toMillis();
    private static final int VIEWED = 500;
    private static final int VIEWS = 10;
    private static final int PARTS = 10;
    private static final int JOKE_INVERSE = 200;
    private static final double PASSED_ON = .1;
    private static final double PER_10K = 10_000;

    private final int accounts;
    private final double spamShare;
    private final SplittableRandom random;
    private final List<Spammer> spammers = new ArrayList<>();
    private final Map<Long, Long> lasts = new HashMap<>();
    private String joke = "";

    /// @param spamShare how much of what is posted is by campaigns
    public SpamWorld(int accounts, int campaigns, double spamShare, long seed) {
        if (accounts < 1 || campaigns < 1 || !(spamShare >= 0 && spamShare < 1)) {
            throw invalid(
                    "accounts, campaigns, spamShare",
                    accounts + ", " + campaigns + ", " + spamShare,
                    "must be at least 1, at least 1 and in 0..1");
        }
        this.accounts = accounts;
        this.spamShare = spamShare;
        random = new SplittableRandom(seed);
        for (int i = 1; i <= campaigns; i++) {
            spammers.add(new Spammer(i, random.split()));
        }
    }

    /// Sees every post once and says what is to go, this one or any before.
    @FunctionalInterface
    public interface Defence {
        /// Posts that are to go.
        Set<Long> posted(SpamPost post);
    }

    /// Whoever lets everything pass.
    public static final Defence NONE = post -> Set.of();

    /// What a run came to.
    ///
    /// @param violatingPer10k of 10,000 views, how many were of spam, by tenths of the run
    /// @param caughtShare of the spam that was posted
    /// @param falseShare of the honest posts, how many were blocked
    /// @param adaptations how often campaigns began anew in another disguise
    public record Outcome(
            List<Double> violatingPer10k,
            double caughtShare,
            double falseShare,
            int adaptations,
            long views) {
        public Outcome {
            violatingPer10k = List.copyOf(violatingPer10k);
        }

        /// Over the whole run.
        public double violating() {
            return violatingPer10k.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        }
    }

    private SpamPost next(long id) {
        long at = START_MILLIS + id * STEP_MILLIS;
        if (random.nextDouble() < spamShare) {
            return spammers.get(random.nextInt(spammers.size())).post(id, at);
        }
        long account = 1L + random.nextInt(accounts);
        String text = Words.honest(random);
        if (random.nextInt(JOKE_INVERSE) == 0) {
            joke = text;
        } else if (!joke.isEmpty() && random.nextDouble() < PASSED_ON) {
            text = Disguise.WORDS.apply(joke, random);
        }
        Long last = lasts.put(account, at);
        long quiet = last == null ? random.nextLong(QUIET_MILLIS) : at - last;
        return new SpamPost(id, account, at, at - YEAR_MILLIS, quiet, text, 0);
    }

    /// Lives for so many posts.
    public Outcome run(int posts, Defence defence) {
        Deque<SpamPost> live = new ArrayDeque<>();
        Map<Long, SpamPost> known = new HashMap<>();
        Set<Long> blocked = new HashSet<>();
        long[] violating = new long[PARTS];
        long[] views = new long[PARTS];
        long[] seen = new long[2];
        long[] gone = new long[2];
        for (int i = 0; i < posts; i++) {
            SpamPost post = next(i);
            known.put(post.id(), post);
            seen[post.isSpam() ? 1 : 0]++;
            for (long id : defence.posted(post)) {
                SpamPost one = known.get(id);
                if (one != null && blocked.add(id)) {
                    gone[one.isSpam() ? 1 : 0]++;
                    live.remove(one);
                    if (one.isSpam()) {
                        spammers.get(one.campaign() - 1).wasBlocked();
                    }
                }
            }
            if (!blocked.contains(post.id())) {
                live.addLast(post);
            }
            if (live.size() > VIEWED) {
                live.removeFirst();
            }
            view(live, (int) ((long) i * PARTS / posts), violating, views);
        }
        return outcome(violating, views, seen, gone);
    }

    private void view(Deque<SpamPost> live, int part, long[] violating, long[] views) {
        SpamPost[] all = live.toArray(SpamPost[]::new);
        for (int i = 0; i < VIEWS && all.length > 0; i++) {
            views[part]++;
            violating[part] += all[random.nextInt(all.length)].isSpam() ? 1 : 0;
        }
    }

    private Outcome outcome(long[] violating, long[] views, long[] seen, long[] gone) {
        List<Double> parts = new ArrayList<>();
        long all = 0;
        for (int part = 0; part < PARTS; part++) {
            parts.add(PER_10K * violating[part] / Math.max(1, views[part]));
            all += views[part];
        }
        return new Outcome(
                parts,
                (double) gone[1] / Math.max(1, seen[1]),
                (double) gone[0] / Math.max(1, seen[0]),
                spammers.stream().mapToInt(Spammer::adaptations).sum(),
                all);
    }
}
