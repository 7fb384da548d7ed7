package dev.mobula.cluster.bench.rank;

import dev.mobula.ranking.page.Caps;
import dev.mobula.ranking.page.Diversity;
import dev.mobula.ranking.page.PageCandidate;
import dev.mobula.ranking.page.PagePool;
import dev.mobula.ranking.page.Slate;
import dev.mobula.ranking.page.SlateEdit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Candidates with embeddings of 64 dimensions, and the making of a page from them.
final class PageRequest {
    private static final int DIMENSIONS = 64;
    private static final int AUTHORS = 200;
    private static final int TOPICS = 40;

    private PageRequest() {}

    static Runnable of(int candidates, int size) {
        SplittableRandom random = new SplittableRandom(3);
        List<PageCandidate> all = new ArrayList<>();
        for (int id = 0; id < candidates; id++) {
            float[] embedding = new float[DIMENSIONS];
            for (int d = 0; d < DIMENSIONS; d++) {
                embedding[d] = (float) random.nextGaussian();
            }
            long author = 1L + random.nextInt(AUTHORS);
            long topic = 1L + random.nextInt(TOPICS);
            all.add(new PageCandidate(id, random.nextDouble(), author, topic, "ann", embedding));
        }
        SlateEdit dpp = Diversity.dpp(size, 1, new Caps(3, 8));
        return () -> {
            Slate page = Slate.of(PagePool.of(all)).then(dpp);
            if (page.selected().length != size) {
                throw new IllegalStateException("a page of " + page.selected().length);
            }
        };
    }
}
