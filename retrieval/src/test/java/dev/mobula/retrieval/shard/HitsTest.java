package dev.mobula.retrieval.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.testing.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class HitsTest {
    @Test
    void aMergeIsTheBestOfAllEachIdOnceByItsBestScore() {
        Seeds.forAll(
                500,
                random -> {
                    List<Hits> answers = new ArrayList<>();
                    Map<Long, Float> best = new LinkedHashMap<>();
                    for (int i = random.nextInt(5); i > 0; i--) {
                        answers.add(answer(random, best));
                    }
                    int k = random.nextInt(30);
                    Hits merged = Hits.merge(answers, k);
                    long[] expected =
                            best.entrySet().stream()
                                    .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                                    .limit(k)
                                    .mapToLong(Map.Entry::getKey)
                                    .toArray();
                    assertThat(merged.ids()).isEqualTo(expected);
                    assertThat(merged.complete())
                            .isEqualTo(answers.stream().allMatch(Hits::complete));
                });
    }

    /// Distinct scores, so that there is one right order.
    private static Hits answer(SplittableRandom random, Map<Long, Float> best) {
        Map<Long, Float> own = new LinkedHashMap<>();
        for (int i = random.nextInt(40); i > 0; i--) {
            own.put(random.nextLong(60), (float) random.nextDouble());
        }
        own.forEach((id, score) -> best.merge(id, score, Math::max));
        List<Map.Entry<Long, Float>> order = new ArrayList<>(own.entrySet());
        order.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
        long[] ids = order.stream().mapToLong(Map.Entry::getKey).toArray();
        float[] scores = new float[ids.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = order.get(i).getValue();
        }
        return new Hits(ids, scores, random.nextInt(4) > 0);
    }
}
