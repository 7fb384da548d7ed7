package dev.mobula.training.world;

import java.util.SplittableRandom;

/// Shows whatever is on offer, each item alike.
public final class RandomPolicy implements Policy {
    private final SplittableRandom random;

    public RandomPolicy(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public void choose(Request request, Page page) {
        int onOffer = request.endItem() - request.firstItem();
        int places = Math.min(request.limit(), onOffer);
        while (page.size() < places) {
            int item = request.firstItem() + random.nextInt(onOffer);
            if (!page.contains(item)) {
                page.add(item, 1.0 / (onOffer - page.size()));
            }
        }
    }
}
