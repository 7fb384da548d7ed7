package dev.mobula.training.world;

import dev.mobula.retrieval.collaborative.TopK;
import java.util.SplittableRandom;

/// Shows everybody what was clicked most lately and they have not seen, and at one place of a page anything at all.
///
/// A click counts half after a day. Without that one place no new item would ever be clicked.
public final class PopularityPolicy implements Policy {
    private static final int TOP_MAX = 1_000;
    private static final int REFRESH_SECONDS = 1_800;
    private static final double HALF_LIFE_DAYS = 1;
    private static final double DAY_SECONDS = 86_400;
    private static final int FREE_PLACE = 4;

    private final SplittableRandom random;
    private final float[] clicks;
    private final TopK best = new TopK(TOP_MAX);
    private final int[] top = new int[TOP_MAX];
    private int topSize;
    private long topSeconds = Long.MIN_VALUE;

    public PopularityPolicy(World world, long seed) {
        random = new SplittableRandom(seed);
        clicks = new float[world.items()];
    }

    @Override
    public void choose(Request request, Page page) {
        refresh(request);
        int onOffer = request.endItem() - request.firstItem();
        int places = Math.min(request.limit(), onOffer);
        for (int rank = 0; rank < topSize && page.size() < places; rank++) {
            if (page.size() == FREE_PLACE) {
                addAny(request, page);
            }
            if (top[rank] >= request.firstItem()
                    && !request.isSeen(top[rank])
                    && !page.isFull()
                    && !page.contains(top[rank])) {
                page.add(top[rank]);
            }
        }
        while (page.size() < places) {
            addAny(request, page);
        }
    }

    private void addAny(Request request, Page page) {
        int onOffer = request.endItem() - request.firstItem();
        int item = request.firstItem() + random.nextInt(onOffer);
        while (page.contains(item)) {
            item = request.firstItem() + random.nextInt(onOffer);
        }
        page.add(item, 1.0 / (onOffer - page.size()));
    }

    private void refresh(Request request) {
        if (request.seconds() - topSeconds < REFRESH_SECONDS && topSeconds > 0) {
            return;
        }
        if (topSeconds > 0) {
            double days = (request.seconds() - topSeconds) / DAY_SECONDS;
            float left = (float) StrictMath.pow(.5, days / HALF_LIFE_DAYS);
            for (int item = request.firstItem(); item < request.endItem(); item++) {
                clicks[item] *= left;
            }
        }
        best.clear();
        for (int item = request.firstItem(); item < request.endItem(); item++) {
            best.offer(item, clicks[item] > 0 ? clicks[item] : Float.NaN);
        }
        topSize = best.drainTo(top);
        topSeconds = request.seconds();
    }

    @Override
    public void observe(Impression impression) {
        if (impression.click()) {
            clicks[impression.item()]++;
        }
    }
}
