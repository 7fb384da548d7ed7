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
import java.util.stream.IntStream;

/// Candidates around topics, the popular topics worth more, and the making of a page from them.
final class PageRequest {
    private static final int DIMENSIONS = 64;
    private static final int AUTHORS = 200;
    private static final int TOPICS = 40;
    private static final double NOISE = 0.5;
    private static final Caps CAPS = new Caps(3, 8);

    private final List<PageCandidate> candidates = new ArrayList<>();
    private final int size;
    private final SlateEdit dpp;
    private final SlateEdit top;

    PageRequest(int count, int size) {
        this.size = size;
        SplittableRandom random = new SplittableRandom(3);
        float[][] topics = new float[TOPICS][DIMENSIONS];
        for (float[] topic : topics) {
            for (int d = 0; d < DIMENSIONS; d++) {
                topic[d] = (float) random.nextGaussian();
            }
        }
        for (int id = 0; id < count; id++) {
            int topic = random.nextInt(TOPICS);
            float[] embedding = new float[DIMENSIONS];
            for (int d = 0; d < DIMENSIONS; d++) {
                embedding[d] = topics[topic][d] + (float) (NOISE * random.nextGaussian());
            }
            double value = random.nextDouble() + (double) topic / TOPICS;
            long author = 1L + random.nextInt(AUTHORS);
            candidates.add(new PageCandidate(id, value, author, 1L + topic, "ann", embedding));
        }
        dpp = Diversity.dpp(size, 1, CAPS);
        top = Diversity.topValue(size, CAPS);
    }

    /// The diverse page.
    Slate dpp() {
        return make(dpp);
    }

    /// The page by value alone.
    Slate top() {
        return make(top);
    }

    private Slate make(SlateEdit edit) {
        Slate page = Slate.of(PagePool.of(candidates)).then(edit);
        if (page.selected().length != size) {
            throw new IllegalStateException("a page of " + page.selected().length);
        }
        return page;
    }

    /// Mean cosine of two places of a page.
    double similarity(Slate page) {
        int[] places = page.selected();
        double sum = 0;
        for (int one = 1; one < places.length; one++) {
            for (int other = 0; other < one; other++) {
                sum += page.pool().similarity(places[one], places[other]);
            }
        }
        return sum / (places.length * (places.length - 1) / 2.0);
    }

    /// Mean value of a page.
    double value(Slate page) {
        return IntStream.of(page.selected())
                .mapToDouble(page.pool()::value)
                .average()
                .orElse(Double.NaN);
    }
}
