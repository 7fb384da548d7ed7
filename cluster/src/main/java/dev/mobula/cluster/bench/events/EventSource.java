package dev.mobula.cluster.bench.events;

import dev.mobula.retrieval.store.UserEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Events as a social network has them: seven of ten are views, few are likes; some users and items far busier than others.
final class EventSource {
    static final int USERS = 50_000;
    static final int ITEMS = 200_000;

    private static final String[] KINDS = {
        "view", "view", "view", "view", "view", "view", "view", "view", "view", "view", "view",
        "view", "view", "view", "click", "click", "click", "dwell", "dwell", "like"
    };

    private final SplittableRandom random = new SplittableRandom(7);
    private long made;

    List<UserEvent> next(int count) {
        long now = System.currentTimeMillis();
        List<UserEvent> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String kind = KINDS[random.nextInt(KINDS.length)];
            String id = Long.toHexString(made++ * 0x9E3779B97F4A7C15L);
            events.add(
                    UserEvent.of(id, user(), skewed(ITEMS), kind, now - random.nextInt(1_000))
                            .on("page-" + made / 30, "home"));
        }
        return events;
    }

    long user() {
        return skewed(USERS);
    }

    long item() {
        return random.nextInt(ITEMS);
    }

    /// Half of all draws are of one tenth of all.
    private long skewed(int all) {
        double drawn = random.nextDouble();
        return (long) (all * Math.pow(drawn, 3.3));
    }
}
