package dev.mobula.ranking.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.RankingException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FeatureSchemaTest {
    private static final EmbeddingSpec TABLE = new EmbeddingSpec("t", 10, 4);

    @Test
    void jsonReadsBackAsTheSameSchemaWithTheSameFingerprint() {
        FeatureSchema schema = Schemas.everything();
        FeatureSchema again = FeatureSchema.parse(schema.toJson());
        assertThat(again).isEqualTo(schema);
        assertThat(again.fingerprint()).isEqualTo(schema.fingerprint());
    }

    @Test
    void fingerprintsOfDifferentSchemasDiffer() {
        FeatureSchema schema = Schemas.everything();
        FeatureSchema next =
                new FeatureSchema(schema.name(), 2, schema.tables(), schema.features());
        assertThat(next.fingerprint()).isNotEqualTo(schema.fingerprint());
    }

    @Test
    void aFeatureDeclaredTwiceIsRefusedByName() {
        refuses("feature 'a' is declared twice", category("a"), category("a"));
    }

    @Test
    void anUnknownTableIsRefusedByName() {
        refuses(
                "feature 'a': no table 'u'",
                new Feature.Categorical("a", Side.USER, "u", List.of()));
    }

    @Test
    void aCrossOfWhatIsNoCategoryIsRefusedByName() {
        refuses(
                "cross 'x': 'b' is no categorical",
                category("a"),
                new Feature.Cross("x", "a", "b", "t"));
    }

    @Test
    void aVocabularyLargerThanItsTableIsRefusedWithBothSizes() {
        List<String> nine = List.of("1", "2", "3", "4", "5", "6", "7", "8", "9");
        refuses(
                "vocabulary needs 11 rows, table 't' has 10",
                new Feature.Categorical("a", Side.USER, "t", nine));
    }

    @Test
    void aFieldThatNoSchemaHasIsRefused() {
        String json =
                Schemas.everything().toJson().replaceFirst("\"halfLifeSeconds\"", "\"halfLife\"");
        assertThatThrownBy(() -> FeatureSchema.parse(json))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining("halfLife");
    }

    @Test
    void aHalfLifeOfZeroIsRefusedByName() {
        assertThatThrownBy(() -> new Feature.Counter("likes", Side.ITEM, Scaling.NONE, 0))
                .hasMessageContaining("feature 'likes': halfLifeSeconds=0.0");
    }

    private static Feature category(String name) {
        return new Feature.Categorical(name, Side.USER, "t", List.of());
    }

    private static void refuses(String why, Feature... features) {
        assertThatThrownBy(() -> new FeatureSchema("s", 1, List.of(TABLE), List.of(features)))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining(why);
    }
}
