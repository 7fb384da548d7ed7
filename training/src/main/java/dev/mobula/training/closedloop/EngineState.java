package dev.mobula.training.closedloop;

import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.ItemChange;
import dev.mobula.ranking.features.ItemColumns;
import dev.mobula.ranking.features.ItemStream;
import dev.mobula.training.world.Impression;
import dev.mobula.training.world.Request;
import dev.mobula.training.world.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/// What the engine remembers of a world: feature rows of the items on offer, histories of users, and which items are
/// new.
final class EngineState {
    private static final long NEW_SECONDS = 2 * 86_400;

    private final World world;
    private final FeatureLayout layout;
    private final ItemColumns columns;
    private final ItemStream changes;
    private final Map<Integer, UserHistory> users = new HashMap<>();
    private final short[] views;
    private long position;
    private int firstKnown;
    private int endKnown;

    EngineState(World world, FeatureLayout layout) {
        this.world = world;
        this.layout = layout;
        columns = new ItemColumns(layout, world.items());
        changes = columns.newStream();
        views = new short[world.items()];
    }

    ItemColumns columns() {
        return columns;
    }

    FeatureLayout layout() {
        return layout;
    }

    int firstKnown() {
        return firstKnown;
    }

    int endKnown() {
        return endKnown;
    }

    int[] encodedItem(int item) {
        return layout.encodeItem(EngineFeatures.ofItem(world, item));
    }

    int[] encodedUser(int user) {
        UserHistory history = users.computeIfAbsent(user, u -> new UserHistory(world));
        return layout.encodeUser(EngineFeatures.ofUser(world, user, history));
    }

    /// Takes in what was posted since and drops what is no longer on offer.
    void catchUp(Request request, IntConsumer posted, IntConsumer gone) {
        for (; firstKnown < request.firstItem(); firstKnown++) {
            if (firstKnown < endKnown) {
                columns.delete(firstKnown);
                gone.accept(firstKnown);
            }
        }
        endKnown = Math.max(endKnown, firstKnown);
        for (; endKnown < request.endItem(); endKnown++) {
            columns.upsert(endKnown, encodedItem(endKnown));
            posted.accept(endKnown);
        }
    }

    /// Items posted lately that were viewed less than so often, the newest first.
    List<Integer> newItems(Request request, int viewsMax, int most) {
        List<Integer> found = new ArrayList<>();
        for (int item = endKnown - 1; item >= firstKnown && found.size() < most; item--) {
            if (request.seconds() - world.postedSeconds(item) > NEW_SECONDS) {
                break;
            }
            if (views[item] < viewsMax && !request.isSeen(item)) {
                found.add(item);
            }
        }
        return found;
    }

    int views(int item) {
        return views[item];
    }

    void observe(Impression impression) {
        int item = impression.item();
        views[item] = (short) Math.min(Short.MAX_VALUE, views[item] + 1);
        users.computeIfAbsent(impression.user(), u -> new UserHistory(world)).add(impression);
        count(item, EngineFeatures.VIEWS, impression);
        if (impression.click()) {
            count(item, EngineFeatures.CLICKS, impression);
        }
        if (impression.like()) {
            count(item, EngineFeatures.LIKES, impression);
        }
        if (impression.hide()) {
            count(item, EngineFeatures.HIDES, impression);
        }
    }

    private void count(int item, String counter, Impression impression) {
        changes.apply(new ItemChange.Count(++position, item, counter, 1, impression.seconds()));
    }
}
