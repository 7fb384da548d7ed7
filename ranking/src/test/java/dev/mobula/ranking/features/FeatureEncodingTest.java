package dev.mobula.ranking.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.RankingException;
import dev.mobula.testing.Seeds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FeatureEncodingTest {
    private static final FeatureLayout LAYOUT = FeatureLayout.of(Schemas.everything());

    @Test
    void aMissingValueIsDefinedForEveryKind() {
        int[] user = LAYOUT.encodeUser(Map.of());
        FeatureBatch batch = new FeatureBatch(LAYOUT, 1);
        batch.begin(user, Schemas.NOW);
        batch.add(1, LAYOUT.encodeItem(Map.of()));
        assertThat(number(batch.userRow(), 0)).isEqualTo(0f); // age 30, standardised
        assertThat(number(batch.userRow(), 1)).isEqualTo(0f);
        assertThat(batch.userRow()[word("country")]).isEqualTo(EmbeddingSpec.MISSING_ROW);
        assertThat(batch.userRow()[word("history")]).isZero();
        assertThat(batch.pairRows()).containsOnly(EmbeddingSpec.MISSING_ROW);
    }

    @Test
    void aValueOutsideTheVocabularyIsTheUnknownRow() {
        int[] row = LAYOUT.encodeUser(Map.of("country", new FeatureValue.Text("atlantis")));
        assertThat(row[word("country")]).isEqualTo(EmbeddingSpec.UNKNOWN_ROW);
        int[] known = LAYOUT.encodeUser(Map.of("country", new FeatureValue.Text("fr")));
        assertThat(known[word("country")]).isEqualTo(EmbeddingSpec.FIRST_ROW + 1);
    }

    @Test
    void hashedRowsAreNeverReservedOnesAndSpreadEvenly() {
        int rows = 102;
        int[] counts = new int[rows];
        for (int id = 0; id < 100_000; id++) {
            counts[FeatureHash.row(FeatureHash.id(FeatureHash.salt("f"), id), rows)]++;
        }
        assertThat(counts[0] + counts[1]).isZero();
        double chiSquare = 0;
        for (int row = 2; row < rows; row++) {
            chiSquare += (counts[row] - 1000.0) * (counts[row] - 1000.0) / 1000.0;
        }
        assertThat(chiSquare).isBetween(50.0, 160.0); // 99 degrees of freedom
    }

    @Test
    void aCounterHalvesEveryHalfLife() {
        int[] stored =
                LAYOUT.encodeItem(Map.of("views", new FeatureValue.Count(64, Schemas.NOW - 120)));
        FeatureBatch batch = new FeatureBatch(LAYOUT, 1);
        batch.begin(LAYOUT.encodeUser(Map.of()), Schemas.NOW);
        batch.add(1, stored);
        assertThat(number(batch.itemRows(), 2)).isEqualTo(16f);
    }

    @Test
    void countsAddUpTheSameInAnyOrder() {
        Seeds.forAll(
                50,
                random -> {
                    long first = Schemas.NOW - random.nextInt(100);
                    long second = Schemas.NOW - random.nextInt(100);
                    int[] one = new int[LAYOUT.itemStoredWords()];
                    int[] other = new int[LAYOUT.itemStoredWords()];
                    LAYOUT.addToItemCounter(one, 0, "views", 3, first);
                    LAYOUT.addToItemCounter(one, 0, "views", 5, second);
                    LAYOUT.addToItemCounter(other, 0, "views", 5, second);
                    LAYOUT.addToItemCounter(other, 0, "views", 3, first);
                    assertThat(number(one, 2)).isCloseTo(number(other, 2), within(1e-5f));
                });
    }

    @Test
    void aSequenceKeepsTheNewestAndABagKeepsTheFirst() {
        List<Long> eight = List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        List<Long> newestSix = List.of(3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(LAYOUT.encodeUser(Map.of("history", new FeatureValue.Ids(eight))))
                .isEqualTo(LAYOUT.encodeUser(Map.of("history", new FeatureValue.Ids(newestSix))));
        assertThat(LAYOUT.encodeItem(Map.of("tags", texts("a", "b", "c", "d"))))
                .isEqualTo(LAYOUT.encodeItem(Map.of("tags", texts("a", "b", "c"))));
    }

    @Test
    void anUnknownFeatureIsRefusedByName() {
        assertThatThrownBy(() -> LAYOUT.encodeUser(Map.of("ages", new FeatureValue.Amount(3))))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining("'ages'");
    }

    @Test
    void aValueOfTheWrongKindIsRefusedByNameAndValue() {
        assertThatThrownBy(() -> LAYOUT.encodeUser(Map.of("age", new FeatureValue.Text("forty"))))
                .hasMessageContaining("'age'")
                .hasMessageContaining("forty");
    }

    @Test
    void aNumberThatIsNotFiniteIsRefusedByNameAndValue() {
        assertThatThrownBy(
                        () ->
                                LAYOUT.encodeItem(
                                        Map.of("length", new FeatureValue.Amount(Double.NaN))))
                .hasMessageContaining("'length'")
                .hasMessageContaining("NaN");
    }

    @Test
    void columnsTileTheInputWithTheSharedOnesFirst() {
        int next = LAYOUT.userNumbers();
        for (Slot slot : LAYOUT.slots()) {
            if (slot.side() != Side.USER && next == LAYOUT.sharedWidth()) {
                next += LAYOUT.itemNumbers();
            }
            assertThat(slot.column()).isEqualTo(next);
            assertThat(slot.side() == Side.USER).isEqualTo(next < LAYOUT.sharedWidth());
            next += slot.width();
        }
        assertThat(next).isEqualTo(LAYOUT.width());
    }

    @Test
    void aLoggedVectorReplaysBitForBit() {
        Seeds.forAll(
                50,
                random -> {
                    FeatureBatch served = new FeatureBatch(LAYOUT, 4);
                    served.begin(LAYOUT.encodeUser(Schemas.user(random)), Schemas.NOW);
                    for (int id = 0; id < 4; id++) {
                        served.add(id, LAYOUT.encodeItem(Schemas.item(random)));
                    }
                    FeatureVector logged = FeatureVector.of(served.vector(2).toBytes());
                    FeatureBatch replayed = new FeatureBatch(LAYOUT, 1);
                    replayed.replay(logged);
                    assertThat(logged).isEqualTo(served.vector(2));
                    assertThat(replayed.vector(0)).isEqualTo(logged);
                    assertThat(replayed.pairRows()[0]).isEqualTo(served.pairRows()[2]);
                });
    }

    @Test
    void aVectorCutAnywhereIsRefused() {
        FeatureBatch batch = new FeatureBatch(LAYOUT, 1);
        batch.begin(LAYOUT.encodeUser(Map.of()), Schemas.NOW);
        batch.add(1, LAYOUT.encodeItem(Map.of()));
        byte[] bytes = batch.vector(0).toBytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> FeatureVector.of(cut)).isInstanceOf(RankingException.class);
        }
    }

    @Test
    void aVectorOfAnotherSchemaIsRefusedByName() {
        FeatureBatch batch = new FeatureBatch(LAYOUT, 1);
        FeatureVector foreign =
                new FeatureVector("00".repeat(16), 1, new int[LAYOUT.userWords()], new int[1]);
        assertThatThrownBy(() -> batch.replay(foreign)).hasMessageContaining("'everything'");
    }

    @Test
    void badCandidatesAreDroppedAndNamed() {
        ItemColumns columns = new ItemColumns(LAYOUT, 10);
        columns.upsert(1, LAYOUT.encodeItem(Map.of()));
        int[] poisoned = LAYOUT.encodeItem(Map.of());
        poisoned[0] = Float.floatToRawIntBits(Float.NaN);
        columns.upsert(2, poisoned);
        FeatureBatch batch = new FeatureBatch(LAYOUT, 8);
        batch.begin(LAYOUT.encodeUser(Map.of()), Schemas.NOW);
        batch.gather(columns, new long[] {1, 2, 3, 1});
        assertThat(batch.size()).isEqualTo(1);
        assertThat(batch.drops())
                .containsExactly(
                        new Drop(2, Drop.Reason.FEATURE_NOT_FINITE),
                        new Drop(3, Drop.Reason.UNKNOWN_ITEM),
                        new Drop(1, Drop.Reason.DUPLICATE));
    }

    private static FeatureValue texts(String... values) {
        return new FeatureValue.Texts(List.of(values));
    }

    private static float number(int[] row, int word) {
        return Float.intBitsToFloat(row[word]);
    }

    private static int word(String feature) {
        return LAYOUT.slots().stream()
                .filter(slot -> slot.feature().equals(feature))
                .findFirst()
                .orElseThrow()
                .word();
    }
}
