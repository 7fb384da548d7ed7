package dev.mobula.retrieval.campaign;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * What one hand leaves and a crowd does not: accounts made for it, or asleep until it (the stronger half of the score,
 * for a text that spreads by itself spreads among people who post anyway); one link in most of it; accounts that post it
 * again and again; and many posts in little time, which alone says little, because what is funny bursts too. Posts that
 * share a link alone have the link in common anyway, so there the accounts count more.
 */
/// Posts that belong together, counted as they come and go.
final class Cluster {
    private static final long NEW_MILLIS = Duration.ofDays(7).toMillis();
    private static final long ASLEEP_MILLIS = Duration.ofDays(14).toMillis();
    private static final double HOUR_MILLIS = Duration.ofHours(1).toMillis();
    private static final double FRESH_WEIGHT = .45;
    private static final double LINK_WEIGHT = .25;
    private static final double REPEAT_WEIGHT = .2;
    private static final double BURST_WEIGHT = .1;
    private static final double OF_LINK_FRESH_WEIGHT = .7;
    private static final double BURST_PER_HOUR = 10;
    private static final int SHOWN_MAX = 100;
    private static final int EXAMPLES = 5;

    private final boolean ofLink;
    private final Deque<Post> posts = new ArrayDeque<>();
    private final Map<Long, Integer> byAccount = new HashMap<>();
    private final Map<Long, Integer> freshBy = new HashMap<>();
    private final Map<String, Integer> byLink = new HashMap<>();
    private int fresh;
    private long lastMillis;
    private @Nullable Cluster into;

    /// @param ofLink whether its posts share a link, and not a text
    Cluster(boolean ofLink) {
        this.ofLink = ofLink;
    }

    /// The cluster that this one has become part of, or itself.
    Cluster root() {
        Cluster at = this;
        while (at.into != null) {
            Cluster next = at.into;
            at.into = next.into == null ? next : next.into;
            at = next;
        }
        return at;
    }

    int size() {
        return posts.size();
    }

    int accounts() {
        return byAccount.size();
    }

    long id() {
        return posts.getFirst().id();
    }

    void add(Post post) {
        posts.addLast(post);
        count(post, 1);
        lastMillis = Math.max(lastMillis, post.atMillis());
    }

    /// An account that was new or woke up for it stays so: a campaign does not wear out by going on.
    private void count(Post post, int sign) {
        long account = post.account();
        fresh -= freshPosts(account);
        byAccount.merge(account, sign, Cluster::orNone);
        if (isFresh(post)) {
            freshBy.merge(account, sign, Cluster::orNone);
        }
        fresh += freshPosts(account);
        for (String link : post.links()) {
            byLink.merge(link, sign, Cluster::orNone);
        }
    }

    private int freshPosts(long account) {
        return freshBy.containsKey(account) ? byAccount.getOrDefault(account, 0) : 0;
    }

    private static @Nullable Integer orNone(int before, int change) {
        return before + change == 0 ? null : before + change;
    }

    private static boolean isFresh(Post post) {
        return post.accountAgeMillis() < NEW_MILLIS || post.quietMillis() > ASLEEP_MILLIS;
    }

    /// Its oldest post is no longer remembered.
    void forget(Post oldest) {
        Iterator<Post> all = posts.iterator();
        while (all.hasNext()) {
            if (all.next().id() == oldest.id()) {
                all.remove();
                count(oldest, -1);
                return;
            }
        }
    }

    /// Makes one of two, the smaller part of the larger, in order of time.
    static Cluster join(Cluster a, Cluster b) {
        Cluster large = a.size() >= b.size() ? a : b;
        Cluster small = large == a ? b : a;
        if (small.posts.getFirst().atMillis() >= large.posts.getLast().atMillis()) {
            large.posts.addAll(small.posts);
        } else {
            List<Post> all = new ArrayList<>(large.posts);
            all.addAll(small.posts);
            all.sort(Comparator.comparingLong(Post::atMillis));
            large.posts.clear();
            large.posts.addAll(all);
        }
        small.posts.forEach(post -> large.count(post, 1));
        large.lastMillis = Math.max(large.lastMillis, small.lastMillis);
        small.posts.clear();
        small.byAccount.clear();
        small.freshBy.clear();
        small.byLink.clear();
        small.into = large;
        return large;
    }

    private double freshShare() {
        return (double) fresh / posts.size();
    }

    private double linkShare() {
        int most = byLink.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        return Math.min(1, (double) most / posts.size());
    }

    private double repeatShare() {
        return Math.min(1, (double) posts.size() / byAccount.size() - 1);
    }

    private double burst() {
        double hours = (lastMillis - posts.getFirst().atMillis()) / HOUR_MILLIS;
        return Math.min(1, posts.size() / (hours + 1) / BURST_PER_HOUR);
    }

    double score() {
        if (ofLink) {
            return OF_LINK_FRESH_WEIGHT * freshShare()
                    + (1 - OF_LINK_FRESH_WEIGHT) * (repeatShare() + burst()) / 2;
        }
        return FRESH_WEIGHT * freshShare()
                + LINK_WEIGHT * linkShare()
                + REPEAT_WEIGHT * repeatShare()
                + BURST_WEIGHT * burst();
    }

    boolean isSuspicious(CampaignSettings settings) {
        return byAccount.size() >= settings.accountsMin()
                && posts.size() >= settings.postsMin()
                && score() >= settings.scoreMin();
    }

    Campaign told(CampaignSettings settings) {
        List<Post> newest = new ArrayList<>(posts);
        newest.sort(Comparator.comparingLong(Post::atMillis).reversed());
        return new Campaign(
                id(),
                posts.getFirst().atMillis(),
                lastMillis,
                score(),
                isSuspicious(settings),
                posts.size(),
                byAccount.size(),
                newest.stream().limit(SHOWN_MAX).map(Post::id).toList(),
                most(byAccount, SHOWN_MAX),
                newest.stream().map(Post::canonicalText).distinct().limit(EXAMPLES).toList(),
                most(byLink, EXAMPLES),
                reasons());
    }

    private static <K extends Comparable<K>> List<K> most(Map<K, Integer> counts, int max) {
        return counts.entrySet().stream()
                .sorted(
                        Map.Entry.<K, Integer>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                .limit(max)
                .map(Map.Entry::getKey)
                .toList();
    }

    private List<String> reasons() {
        double times = (double) posts.size() / byAccount.size();
        return List.of(
                percent(freshShare()) + " of the posts are by accounts that are new or were asleep",
                percent(linkShare()) + " of the posts share one link",
                "an account posts it " + Math.round(times * 10) / 10.0 + " times",
                percent(burst()) + " of what counts as a burst");
    }

    private static String percent(double share) {
        return Math.round(100 * share) + " %";
    }
}
