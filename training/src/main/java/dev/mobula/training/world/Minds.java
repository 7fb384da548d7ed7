package dev.mobula.training.world;

import java.util.Arrays;

/// What changes in users while they live: fatigue by topic, what they remember seeing, how content they are.
final class Minds {
    private static final int TOPICS = Vocabulary.TOPICS.size();
    private static final double FATIGUE_HALF_HOURS = 12;
    private static final int SEEN_FIRST = 32;
    private static final int[] NOTHING = {};
    private static final double CONTENTMENT_STEP = .2;

    private final float[] fatigue;
    private final int[] fatigueSeconds;
    private final int[][] seen;
    private final int[] seenCount;
    private final float[] contentment;
    private final short[] viewedThisVisit;
    private final int[] marks;
    private int mark;
    private boolean marked;

    Minds(int users, int items) {
        fatigue = new float[users * TOPICS];
        fatigueSeconds = new int[users];
        seen = new int[users][];
        Arrays.fill(seen, NOTHING);
        seenCount = new int[users];
        contentment = new float[users];
        viewedThisVisit = new short[users];
        marks = new int[items];
    }

    /// Turns to a user, whose fatigue has faded until now.
    void turnTo(int user, int atSeconds) {
        double left =
                Curves.halved((atSeconds - fatigueSeconds[user]) / 3_600.0 / FATIGUE_HALF_HOURS);
        for (int i = user * TOPICS; i < (user + 1) * TOPICS; i++) {
            fatigue[i] = (float) (fatigue[i] * left);
        }
        fatigueSeconds[user] = atSeconds;
        marked = false;
    }

    double fatigue(int user, int topic) {
        return fatigue[user * TOPICS + topic];
    }

    void view(int user, int item, int topic) {
        fatigue[user * TOPICS + topic]++;
        if (viewedThisVisit[user] < Short.MAX_VALUE) {
            viewedThisVisit[user]++;
        }
        int[] ring = seen[user];
        int count = seenCount[user];
        if (count == ring.length && count < Request.SEEN_MAX) {
            ring = Arrays.copyOf(ring, Math.max(SEEN_FIRST, 2 * count));
        }
        ring[count % ring.length] = item;
        seen[user] = ring;
        seenCount[user] = count + 1 == 2 * Request.SEEN_MAX ? Request.SEEN_MAX : count + 1;
    }

    /// The memories of one user are marked at once and then looked up item by item.
    boolean isSeen(int user, int item) {
        if (!marked) {
            mark++;
            int size = Math.min(seenCount[user], seen[user].length);
            for (int i = 0; i < size; i++) {
                marks[seen[user][i]] = mark;
            }
            marked = true;
        }
        return marks[item] == mark;
    }

    int viewedThisVisit(int user) {
        return viewedThisVisit[user];
    }

    void beginVisit(int user) {
        viewedThisVisit[user] = 0;
    }

    /// In -1..1.
    double contentment(int user) {
        return contentment[user];
    }

    void remember(int user, double delight) {
        contentment[user] += (float) (CONTENTMENT_STEP * (delight - contentment[user]));
    }
}
