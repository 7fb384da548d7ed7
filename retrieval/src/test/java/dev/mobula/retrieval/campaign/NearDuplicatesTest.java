package dev.mobula.retrieval.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class NearDuplicatesTest {
    @Test
    void theUsualBandsFindNearlyAllPairsAtSixTenths() {
        assertThat(recall(MinHash.usual(), .6, 2_000)).isGreaterThan(.97);
        assertThat(recall(new MinHash(16, 8, 42), .6, 2_000)).isBetween(.15, .35);
        assertThat(recall(MinHash.usual(), .1, 2_000)).isLessThan(.02);
    }

    /// The share of pairs of the given similarity that meet in at least one band.
    private static double recall(MinHash hash, double jaccard, int pairs) {
        SplittableRandom random = new SplittableRandom(7);
        int found = 0;
        for (int pair = 0; pair < pairs; pair++) {
            int shared = (int) Math.round(100 * jaccard);
            long[] a = new long[100];
            long[] b = new long[100];
            for (int i = 0; i < 100; i++) {
                a[i] = random.nextLong();
                b[i] = i < shared ? a[i] : random.nextLong();
            }
            // Of 100 + 100 - shared different ones: keep the ratio exact by sharing 2j / (1 + j).
            int exact = (int) Math.round(100 * 2 * jaccard / (1 + jaccard));
            System.arraycopy(a, 0, b, 0, exact);
            long[] first = hash.keys(a);
            long[] second = hash.keys(b);
            boolean meets = false;
            for (int band = 0; band < hash.bands(); band++) {
                meets |= first[band] == second[band];
            }
            found += meets ? 1 : 0;
        }
        return (double) found / pairs;
    }

    @Test
    void jaccardIsThatOfTheSets() {
        assertThat(Shingles.jaccard(Shingles.of("abcdef"), Shingles.of("abcdef"))).isEqualTo(1);
        assertThat(Shingles.jaccard(Shingles.of("abcdef"), Shingles.of("abcdeg")))
                .isEqualTo(1 / 3.);
        assertThat(Shingles.jaccard(Shingles.of(""), Shingles.of(""))).isZero();
        assertThat(Shingles.of("ab")).hasSize(1);
    }

    @Test
    void variantsGroupAndStrangersDoNot() {
        Seeds.forAll(
                20,
                random -> {
                    List<String> texts = new ArrayList<>();
                    for (int group = 0; group < 20; group++) {
                        String text = words(random, 20);
                        texts.add(text);
                        texts.add(text + " " + words(random, 1));
                        texts.add(words(random, 1) + " " + text);
                    }
                    int[] groups = NearDuplicates.groups(texts, .5);
                    for (int i = 0; i < groups.length; i++) {
                        assertThat(groups[i]).as(texts.get(i)).isEqualTo(i / 3);
                    }
                });
    }

    @Test
    void aBucketOfEqualTextsIsOneGroup() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            texts.add("all of these are the same");
        }
        assertThat(NearDuplicates.groups(texts, .8)).containsOnly(0);
        assertThatThrownBy(() -> NearDuplicates.groups(texts, 0))
                .isInstanceOf(RetrievalException.class)
                .hasMessageContaining("jaccardMin=0");
    }

    private static String words(SplittableRandom random, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ");
            for (int letter = 0; letter < 6; letter++) {
                text.append((char) ('a' + random.nextInt(26)));
            }
        }
        return text.toString();
    }
}
