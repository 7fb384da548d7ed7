package dev.mobula.training.closedloop;

import dev.mobula.ranking.exploration.ArmDistribution;
import dev.mobula.ranking.features.FeatureBatch;
import dev.mobula.ranking.page.Caps;
import dev.mobula.ranking.page.Diversity;
import dev.mobula.ranking.page.PageCandidate;
import dev.mobula.ranking.page.PagePool;
import dev.mobula.ranking.page.Slate;
import dev.mobula.training.TrainingException;
import dev.mobula.training.world.Impression;
import dev.mobula.training.world.Page;
import dev.mobula.training.world.Policy;
import dev.mobula.training.world.PopularityPolicy;
import dev.mobula.training.world.Request;
import dev.mobula.training.world.World;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/// The engine in one thread: vectors find candidates in an index shard, the ranker scores them, a page is made of the
/// best with one place for the new, and everything viewed is logged with the features it was scored on.
///
/// Until it [#adopt]s a model it shows what is popular, and logs all the same.
public final class EnginePolicy implements Policy, AutoCloseable {
    private static final int NEAREST = 100;
    private static final int NEWEST = 20;
    private static final int CANDIDATES_MAX = NEAREST + NEWEST;
    private static final int PER_AUTHOR_MAX = 2;
    private static final int FREE_PLACE = 4;
    private static final int NEW_VIEWS_MAX = 30;

    private final EngineState state;
    private final World world;
    private final ServedLog log;
    private final Path folder;
    private final LongSupplier nanoClock;
    private final SplittableRandom random;
    private final PopularityPolicy untilThen;
    private final FeatureBatch logged;
    private final List<Serving> serving = new ArrayList<>();
    private int[] pageUser = {};

    /// @param folder for the index, of this policy alone
    public EnginePolicy(
            World world, ServedLog log, Path folder, LongSupplier nanoClock, long seed) {
        this.world = world;
        this.log = log;
        this.folder = folder;
        this.nanoClock = nanoClock;
        random = new SplittableRandom(seed);
        state = new EngineState(world, EngineFeatures.LAYOUT);
        untilThen = new PopularityPolicy(world, seed + 1);
        logged = new FeatureBatch(state.layout(), world.spec().pageItems());
    }

    /// Serves with this model from now on; all items on offer are encoded anew.
    public void adopt(EngineModel model, long nowSeconds) {
        Path index = folder.resolve(model.ranker().version());
        Serving next = Serving.open(model, index, nanoClock, CANDIDATES_MAX, world.spec().items());
        boolean adopted = false;
        try {
            for (int item = state.firstKnown(); item < state.endKnown(); item++) {
                next.put(item, state.encodedItem(item), nowSeconds);
            }
            adopted = true;
        } finally {
            if (!adopted) {
                next.close();
            }
        }
        close();
        serving.add(next);
    }

    @Override
    public void choose(Request request, Page page) {
        state.catchUp(
                request,
                item ->
                        serving.forEach(
                                it -> it.put(item, state.encodedItem(item), request.seconds())),
                item -> serving.forEach(it -> it.delete(item)));
        int[] user = state.encodedUser(request.user());
        if (serving.isEmpty()) {
            untilThen.choose(request, page);
        } else {
            fill(serving.getFirst(), user, request, page);
        }
        freeze(user, request, page);
    }

    private void fill(Serving model, int[] user, Request request, Page page) {
        long[] candidates = candidates(model, user, request);
        Serving.Valued valued = model.values(user, state.columns(), candidates, request.seconds());
        List<PageCandidate> pool = new ArrayList<>();
        for (int i = 0; i < valued.ids().length; i++) {
            pool.add(candidate(valued.ids()[i], valued.values()[i]));
        }
        Slate slate =
                Slate.of(PagePool.of(pool))
                        .then(
                                Diversity.topValue(
                                        request.limit(),
                                        new Caps(PER_AUTHOR_MAX, Integer.MAX_VALUE)));
        long[] best = slate.page();
        for (long item : best) {
            if (page.size() == Math.min(FREE_PLACE, request.limit() - 1)) {
                explore(request, best, page);
            }
            if (!page.isFull() && !page.contains((int) item)) {
                page.add((int) item);
            }
        }
    }

    private PageCandidate candidate(long item, double value) {
        long author = world.author((int) item) + 1L;
        return new PageCandidate(item, value, author, PageCandidate.NONE, "engine", new float[0]);
    }

    private long[] candidates(Serving model, int[] user, Request request) {
        LinkedHashSet<Long> found = new LinkedHashSet<>();
        for (long near : model.nearest(user, NEAREST, request.seconds())) {
            if (!request.isSeen((int) near)) {
                found.add(near);
            }
        }
        for (int item : state.newItems(request, Integer.MAX_VALUE, NEWEST)) {
            found.add((long) item);
        }
        return found.stream().mapToLong(Long::longValue).toArray();
    }

    /// One of the new items that are not on the page anyway, each alike, with exactly that probability logged.
    private void explore(Request request, long[] best, Page page) {
        long[] arms =
                state.newItems(request, NEW_VIEWS_MAX, 2 * ArmDistribution.ARMS_MAX).stream()
                        .mapToLong(Integer::longValue)
                        .filter(item -> Arrays.stream(best).noneMatch(other -> other == item))
                        .limit(ArmDistribution.ARMS_MAX)
                        .toArray();
        if (arms.length > 0) {
            ArmDistribution.Draw draw = ArmDistribution.uniform(arms).draw(random);
            page.add((int) draw.arm(), draw.probability());
        }
    }

    /// Keeps the features of the page as they are now: what comes of it is learned from these.
    private void freeze(int[] user, Request request, Page page) {
        long[] items = new long[page.size()];
        for (int i = 0; i < items.length; i++) {
            items[i] = page.item(i);
        }
        logged.begin(user, request.seconds());
        logged.gather(state.columns(), items);
        if (logged.size() < items.length) {
            throw new TrainingException(
                    TrainingException.Code.CORRUPT, "no features of " + logged.drops());
        }
        pageUser = logged.userRow().clone();
    }

    @Override
    public void observe(Impression impression) {
        int at = impression.position();
        int words = state.layout().itemWords();
        int pairs = logged.pairRows().length / world.spec().pageItems();
        log.add(
                new ServedLog.Row(
                        pageUser,
                        Arrays.copyOfRange(logged.itemRows(), at * words, (at + 1) * words),
                        Arrays.copyOfRange(logged.pairRows(), at * pairs, (at + 1) * pairs),
                        impression));
        state.observe(impression);
        untilThen.observe(impression);
    }

    @Override
    public void close() {
        serving.forEach(Serving::close);
        serving.clear();
    }
}
