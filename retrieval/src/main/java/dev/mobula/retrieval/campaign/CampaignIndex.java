package dev.mobula.retrieval.campaign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * The last posts lie in a ring. Each has 32 MinHash band keys; posts of one key are a chain that leads from the newest to
 * the older ones, by sequence numbers, so that a chain simply ends where the ring has forgotten. Chains start in a table
 * of twice as many places as there are keys; a tag of 32 bits beside each link tells keys apart that share a place. What
 * a chain proposes is verified by the true similarity of the shingles, and joins the post's cluster.
 *
 * Posts that share a link are a cluster besides, so that a text that is written anew each time is found by where it leads.
 * It does not join clusters of texts: a campaign could hide among honest posts by linking to what they link to.
 *
 * A post costs its shingles and bands (some 100 microseconds for 200 characters), a few chain steps for each band, and
 * one comparison for each other post that is proposed and not in its cluster yet: at most 64 steps a band.
 */
/// Near-duplicates in a stream of posts, grouped as they come, and forgotten as they get old. For one thread.
public final class CampaignIndex {
    private static final int STEPS_MAX = 64;
    private static final long NONE = -1;

    private final CampaignSettings settings;
    private final MinHash hash = MinHash.usual();
    private final int bands = hash.bands();
    private final @Nullable Post[] posts;
    private final long[][] shingles;
    private final @Nullable Cluster[] clusters;
    private final long[] older;
    private final int[] tags;
    private final long[] heads;
    private final Map<Long, Long> sequences = new HashMap<>();
    private final Map<String, Cluster> byLink = new HashMap<>();
    private final Set<Cluster> suspicious = new HashSet<>();
    private long next;
    private long oldest;

    public CampaignIndex(CampaignSettings settings) {
        this.settings = settings;
        int capacity = settings.postsMax();
        posts = new Post[capacity];
        shingles = new long[capacity][];
        clusters = new Cluster[capacity];
        older = new long[capacity * bands];
        tags = new int[capacity * bands];
        heads = new long[Integer.highestOneBit(2 * capacity * bands - 1)];
        Arrays.fill(heads, NONE);
    }

    /// What became of a post.
    ///
    /// @param campaign its cluster, by its id
    /// @param posts how many are in it
    /// @param isSuspicious whether the cluster is held to be one hand's work
    public record Seen(
            long campaign, int posts, int accounts, double score, boolean isSuspicious) {}

    /// How many posts are remembered.
    public int size() {
        return (int) (next - oldest);
    }

    /// Takes a post in; one that is remembered already is only looked up. Posts come in about the order of their time.
    public Seen add(Post post) {
        Long known = sequences.get(post.id());
        if (known != null) {
            return seen(verdictOf(known));
        }
        forgetBefore(post.atMillis() - settings.windowMillis());
        if (size() == posts.length) {
            forgetOldest();
        }
        long sequence = next++;
        int slot = slot(sequence);
        long[] own = Shingles.of(post.canonicalText());
        Cluster cluster = new Cluster(false);
        cluster.add(post);
        if (own.length > 0) {
            long[] keys = hash.keys(own);
            cluster = join(cluster, own, keys);
            link(sequence, slot, keys);
        }
        posts[slot] = post;
        shingles[slot] = own;
        clusters[slot] = cluster;
        sequences.put(post.id(), sequence);
        note(cluster);
        for (String link : post.links()) {
            Cluster sharing = byLink.computeIfAbsent(link, name -> new Cluster(true));
            sharing.add(post);
            note(sharing);
        }
        return seen(verdictOf(sequence));
    }

    /// The cluster that decides about a post: the first suspicious one, or else that of its text.
    private Cluster verdictOf(long sequence) {
        Cluster text = clusterOf(sequence);
        Post post = posts[slot(sequence)];
        if (!text.isSuspicious(settings) && post != null) {
            for (String link : post.links()) {
                Cluster sharing = byLink.get(link);
                if (sharing != null && sharing.isSuspicious(settings)) {
                    return sharing;
                }
            }
        }
        return text;
    }

    private int slot(long sequence) {
        return (int) (sequence % posts.length);
    }

    private Cluster clusterOf(long sequence) {
        Cluster cluster = clusters[slot(sequence)];
        if (cluster == null) {
            throw new IllegalStateException("post " + sequence + " has no cluster");
        }
        return cluster.root();
    }

    private Seen seen(Cluster cluster) {
        return new Seen(
                cluster.id(),
                cluster.size(),
                cluster.accounts(),
                cluster.score(),
                cluster.isSuspicious(settings));
    }

    private void note(Cluster cluster) {
        if (cluster.isSuspicious(settings)) {
            suspicious.add(cluster);
        } else {
            suspicious.remove(cluster);
        }
    }

    private int place(long key) {
        return (int) ((key >>> 32) ^ key) & (heads.length - 1);
    }

    private static int tag(long key) {
        return (int) ((key * 0x9E3779B97F4A7C15L) >>> 32);
    }

    private void link(long sequence, int slot, long[] keys) {
        for (int band = 0; band < bands; band++) {
            int place = place(keys[band]);
            older[slot * bands + band] = heads[place];
            tags[slot * bands + band] = tag(keys[band]);
            heads[place] = sequence * bands + band;
        }
    }

    /// Joins a cluster with those of all posts that resemble it.
    private Cluster join(Cluster of, long[] own, long[] keys) {
        Cluster cluster = of;
        for (long other : candidates(keys)) {
            Cluster theirs = clusterOf(other);
            if (theirs != cluster && resembles(own, other)) {
                suspicious.remove(theirs);
                suspicious.remove(cluster);
                cluster = Cluster.join(cluster, theirs);
            }
        }
        return cluster;
    }

    private boolean resembles(long[] own, long sequence) {
        return Shingles.jaccard(own, shingles[slot(sequence)]) >= settings.jaccardMin();
    }

    /// Sequence numbers of posts that share a band, each once.
    private Set<Long> candidates(long[] keys) {
        Set<Long> found = new HashSet<>();
        for (int band = 0; band < bands; band++) {
            long at = heads[place(keys[band])];
            int tag = tag(keys[band]);
            for (int steps = 0; steps < STEPS_MAX && at >= oldest * bands; steps++) {
                long sequence = at / bands;
                int entry = slot(sequence) * bands + (int) (at % bands);
                if (tags[entry] == tag) {
                    found.add(sequence);
                }
                at = older[entry];
            }
        }
        return found;
    }

    private void forgetBefore(long millis) {
        while (oldest < next) {
            Post post = posts[slot(oldest)];
            if (post == null || post.atMillis() >= millis) {
                return;
            }
            forgetOldest();
        }
    }

    private void forgetOldest() {
        int slot = slot(oldest);
        Post post = posts[slot];
        if (post != null) {
            forget(post, clusterOf(oldest));
            sequences.remove(post.id());
            for (String link : post.links()) {
                Cluster sharing = byLink.get(link);
                if (sharing != null && forget(post, sharing)) {
                    byLink.remove(link);
                }
            }
        }
        posts[slot] = null;
        clusters[slot] = null;
        shingles[slot] = new long[0];
        oldest++;
    }

    /// Whether the cluster is empty by now.
    private boolean forget(Post post, Cluster cluster) {
        cluster.forget(post);
        if (cluster.size() == 0) {
            suspicious.remove(cluster);
            return true;
        }
        note(cluster);
        return false;
    }

    /// The cluster of a post that is remembered: the suspicious one, where there is one.
    public Optional<Campaign> of(long post) {
        Long sequence = sequences.get(post);
        return sequence == null
                ? Optional.empty()
                : Optional.of(verdictOf(sequence).told(settings));
    }

    /// The largest cluster that a text resembles; the text is not taken in.
    public Optional<Campaign> like(String canonicalText) {
        long[] own = Shingles.of(canonicalText);
        if (own.length == 0) {
            return Optional.empty();
        }
        return candidates(hash.keys(own)).stream()
                .filter(sequence -> resembles(own, sequence))
                .map(this::clusterOf)
                .max(Comparator.comparingInt(Cluster::size))
                .map(cluster -> cluster.told(settings));
    }

    /// The suspicious ones, the largest first.
    public List<Campaign> suspicious(int max) {
        List<Cluster> all = new ArrayList<>(suspicious);
        all.sort(
                Comparator.comparingInt(Cluster::size)
                        .reversed()
                        .thenComparing(Comparator.comparingLong(Cluster::id)));
        return all.stream().limit(max).map(cluster -> cluster.told(settings)).toList();
    }
}
