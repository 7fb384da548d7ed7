package dev.mobula.training.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.retrieval.collaborative.InteractionMatrix;
import dev.mobula.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

final class SplitTest {
    @Test
    void everyPairIsInExactlyOnePart() {
        Seeds.forAll(
                100,
                random -> {
                    Interactions data = data(random);
                    assertPartition(data, Split.given(data));
                    assertPartition(data, Split.portable(data));
                    assertPartition(data, Split.stratified(data, .75, random.nextLong()));
                });
    }

    @Test
    void thePortableSplitIsTheSameInAnyLanguage() {
        Interactions.Builder builder = new Interactions.Builder(false);
        builder.add("196", "242", 1, 0, 0);
        builder.add("1", "3", 1, 0, 0);
        builder.add("1", "5", 1, 0, 0);
        Interactions data = builder.build();
        Split split = Split.portable(data);
        assertThat(bucket("196:242")).isEqualTo(3);
        assertThat(bucket("1:3")).isZero();
        assertThat(bucket("1:5")).isEqualTo(1);
        assertThat(split.train().size()).isEqualTo(1);
        assertThat(split.test().contains(0, data.itemIds().indexOf("3"))).isTrue();
        assertThat(split.validation().contains(0, data.itemIds().indexOf("5"))).isTrue();
    }

    @Test
    void theStratifiedSplitKeepsTheShareOfEveryItem() {
        Interactions.Builder builder = new Interactions.Builder(false);
        for (int item = 0; item < 10; item++) {
            for (int user = 0; user < item; user++) {
                builder.add("u" + user, "i" + item, 1, 0, 0);
            }
        }
        Split split = Split.stratified(builder.build(), .75, 1);
        for (int item = 0; item < 9; item++) {
            int events = item + 1;
            assertThat(split.train().degreeOfItem(item)).isEqualTo((int) Math.rint(.75 * events));
            assertThat(split.test().degreeOfItem(item))
                    .isEqualTo(events - (int) Math.rint(.75 * events));
        }
        assertThat(Split.stratified(builder.build(), .75, 1).train().itemsOf(3))
                .isEqualTo(split.train().itemsOf(3));
    }

    @Test
    void linksStandInBothDirectionsAndTrainingOnesAreNeverTested() {
        Interactions.Builder builder = new Interactions.Builder(true);
        builder.add("a", "b", 1, 0, 0);
        builder.add("a", "b", 1, 0, 1);
        builder.add("c", "a", 1, 0, 1);
        Split split = Split.links(builder.build());
        assertThat(split.train().itemsOf(0)).containsExactly(1);
        assertThat(split.train().itemsOf(1)).containsExactly(0);
        assertThat(split.test().itemsOf(0)).containsExactly(2);
        assertThat(split.test().itemsOf(2)).containsExactly(0);
        assertThat(split.test().size()).isEqualTo(2);
    }

    private static void assertPartition(Interactions data, Split split) {
        Set<Long> pairs = new HashSet<>();
        for (int e = 0; e < data.size(); e++) {
            int user = data.users()[e];
            int item = data.items()[e];
            pairs.add(1_000L * user + item);
            int parts = 0;
            for (InteractionMatrix part :
                    new InteractionMatrix[] {split.train(), split.validation(), split.test()}) {
                parts += part.contains(user, item) ? 1 : 0;
            }
            assertThat(parts).isEqualTo(1);
        }
        assertThat(split.train().size() + split.validation().size() + split.test().size())
                .isEqualTo(pairs.size());
    }

    private static Interactions data(SplittableRandom random) {
        Interactions.Builder builder = new Interactions.Builder(false);
        for (int i = random.nextInt(1, 120); i > 0; i--) {
            String user = "u" + random.nextInt(12);
            builder.add(user, "i" + random.nextInt(9), 1, 0, random.nextInt(2));
        }
        return builder.build();
    }

    private static long bucket(String pair) {
        CRC32 crc = new CRC32();
        crc.update(pair.getBytes(StandardCharsets.UTF_8));
        return crc.getValue() % 10;
    }
}
