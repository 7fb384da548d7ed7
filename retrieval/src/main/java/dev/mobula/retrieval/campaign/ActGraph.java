package dev.mobula.retrieval.campaign;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// Who did what: accounts on one side, what they acted on (links, items at a time of day, texts) on the other.
///
/// Edges are distinct. It is built once and read often.
public final class ActGraph {
    final int accounts;
    final int targets;
    final int[] ofAccount;
    final int[] ofTarget;
    private final long[] ids;

    private ActGraph(int accounts, int targets, int[] ofAccount, int[] ofTarget, long[] ids) {
        this.accounts = accounts;
        this.targets = targets;
        this.ofAccount = ofAccount;
        this.ofTarget = ofTarget;
        this.ids = ids;
    }

    /// Collects edges.
    public static final class Builder {
        private final Map<Long, Integer> accounts = new HashMap<>();
        private final Map<Long, Integer> targets = new HashMap<>();
        private long[] edges = new long[1_024];
        private int count;

        /// An account acted on a target; twice is once.
        public Builder add(long account, long target) {
            if (count == edges.length) {
                edges = Arrays.copyOf(edges, 2 * count);
            }
            int a = accounts.computeIfAbsent(account, id -> accounts.size());
            int t = targets.computeIfAbsent(target, id -> targets.size());
            edges[count++] = (long) a << 32 | t;
            return this;
        }

        public ActGraph build() {
            long[] distinct = Arrays.stream(edges, 0, count).sorted().distinct().toArray();
            int[] ofAccount = new int[distinct.length];
            int[] ofTarget = new int[distinct.length];
            for (int i = 0; i < distinct.length; i++) {
                ofAccount[i] = (int) (distinct[i] >>> 32);
                ofTarget[i] = (int) distinct[i];
            }
            long[] ids = new long[accounts.size()];
            accounts.forEach((id, index) -> ids[index] = id);
            return new ActGraph(accounts.size(), targets.size(), ofAccount, ofTarget, ids);
        }
    }

    /// An act at a time: what is done to one thing within the same span is one target.
    public static long target(long thing, long atMillis, long spanMillis) {
        if (spanMillis < 1) {
            throw invalid("spanMillis", spanMillis, "must be at least 1");
        }
        long mixed = thing * 0x9E3779B97F4A7C15L + Math.floorDiv(atMillis, spanMillis);
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
        return mixed ^ (mixed >>> 29);
    }

    public int edges() {
        return ofAccount.length;
    }

    public int accounts() {
        return accounts;
    }

    long id(int account) {
        return ids[account];
    }

    /// Another graph in which everybody did as much and everything was acted on as often, by chance.
    ///
    /// Pairs of edges trade their targets, four tries for each edge; a trade that would draw an edge twice is left out.
    public ActGraph shuffled(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] traded = ofTarget.clone();
        Set<Long> drawn = new HashSet<>(2 * edges());
        for (int i = 0; i < edges(); i++) {
            drawn.add(edge(ofAccount[i], traded[i]));
        }
        for (long tries = 4L * edges(); tries > 0 && edges() > 1; tries--) {
            int i = random.nextInt(edges());
            int j = random.nextInt(edges());
            long one = edge(ofAccount[i], traded[j]);
            long other = edge(ofAccount[j], traded[i]);
            if (one != other && !drawn.contains(one) && !drawn.contains(other)) {
                drawn.remove(edge(ofAccount[i], traded[i]));
                drawn.remove(edge(ofAccount[j], traded[j]));
                drawn.add(one);
                drawn.add(other);
                int held = traded[i];
                traded[i] = traded[j];
                traded[j] = held;
            }
        }
        return new ActGraph(accounts, targets, ofAccount, traded, ids);
    }

    private static long edge(int account, int target) {
        return (long) account << 32 | target;
    }
}
