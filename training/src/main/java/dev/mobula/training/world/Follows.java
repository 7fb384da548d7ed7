package dev.mobula.training.world;

import java.util.Arrays;

/// Who follows whom. It grows while a world is lived in; the copy of one life does not touch another's.
final class Follows {
    /// The most authors one user follows.
    static final int PER_USER_MAX = 500;

    private static final double SAME_COMMUNITY_SHARE = .7;
    private static final double MEDIAN = 8;
    private static final int FIRST_MAX = 100;

    private final int[][] byUser;
    private long edges;

    private Follows(int[][] byUser, long edges) {
        this.byUser = byUser;
        this.edges = edges;
    }

    /// Everybody begins with some: mostly of their own community, and there mostly those whom most follow.
    static Follows begin(People people, Communities communities, Noise noise) {
        Follows follows = new Follows(new int[people.count][], 0);
        int[] drawn = new int[FIRST_MAX];
        for (int user = 0; user < people.count; user++) {
            int wanted = (int) Math.clamp(MEDIAN * StrictMath.exp(noise.gaussian()), 1, FIRST_MAX);
            for (int i = 0; i < wanted; i++) {
                int from =
                        noise.chance(SAME_COMMUNITY_SHARE)
                                ? people.community[user]
                                : communities.draw(noise);
                drawn[i] = people.drawCreator(from, noise);
            }
            follows.byUser[user] = distinct(drawn, wanted, user);
            follows.edges += follows.byUser[user].length;
        }
        return follows;
    }

    private static int[] distinct(int[] drawn, int count, int self) {
        return Arrays.stream(drawn, 0, count)
                .filter(one -> one != self)
                .sorted()
                .distinct()
                .toArray();
    }

    /// The same graph, to be grown apart.
    Follows copy() {
        return new Follows(byUser.clone(), edges);
    }

    int[] of(int user) {
        return byUser[user];
    }

    boolean contains(int user, int author) {
        return Arrays.binarySearch(byUser[user], author) >= 0;
    }

    /// False when the edge is there already or the user follows as many as one can.
    boolean add(int user, int author) {
        int[] before = byUser[user];
        int at = Arrays.binarySearch(before, author);
        if (at >= 0 || before.length >= PER_USER_MAX || user == author) {
            return false;
        }
        int[] after = new int[before.length + 1];
        System.arraycopy(before, 0, after, 0, -at - 1);
        after[-at - 1] = author;
        System.arraycopy(before, -at - 1, after, -at, before.length + at + 1);
        byUser[user] = after;
        edges++;
        return true;
    }

    long edges() {
        return edges;
    }
}
