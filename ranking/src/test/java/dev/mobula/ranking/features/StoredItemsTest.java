package dev.mobula.ranking.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StoredItemsTest {
    private static final FeatureSchema SCHEMA = Schemas.everything();
    private static final FeatureLayout LAYOUT = FeatureLayout.of(SCHEMA);

    private final StoredItems reading = new StoredItems(SCHEMA);

    @Test
    void attributesBecomeTheFeaturesOfTheirNames() {
        Item item =
                Item.of(5, 77, 9_000)
                        .withAttributes(
                                Map.of(
                                        "length", new Attribute.Whole(120),
                                        "likes", new Attribute.Real(3),
                                        "likes.at", new Attribute.Whole(4),
                                        "views", new Attribute.Whole(10),
                                        "language", new Attribute.Text("de"),
                                        "tags", new Attribute.Words(List.of("a", "b")),
                                        "title", new Attribute.Text("no feature")));
        assertThat(reading.read(3, item))
                .isEqualTo(
                        new ItemChange.Upsert(
                                3,
                                5,
                                Map.of(
                                        "length", new FeatureValue.Amount(120),
                                        "likes", new FeatureValue.Count(3, 4),
                                        "views", new FeatureValue.Count(10, 9),
                                        "author", new FeatureValue.Id(77),
                                        "language", new FeatureValue.Text("de"),
                                        "tags", new FeatureValue.Texts(List.of("a", "b")))));
    }

    @Test
    void withheldAndGoneItemsHaveNoRow() {
        Item withheld = Item.of(5, 77, 9_000).withState(ItemState.WITHHELD);
        assertThat(reading.read(3, withheld)).isEqualTo(new ItemChange.Delete(3, 5));
        assertThat(reading.read(new dev.mobula.retrieval.store.ItemChange.Gone(4, 5)))
                .isEqualTo(new ItemChange.Delete(4, 5));
    }

    @Test
    void anAttributeOfTheWrongKindIsSetAsideByName() {
        ItemColumns columns = new ItemColumns(LAYOUT, 10);
        Item wrong =
                Item.of(5, 77, 9_000).withAttributes(Map.of("length", new Attribute.Text("?")));
        assertThat(columns.newStream().apply(reading.read(1, wrong))).isFalse();
        assertThat(columns.rejectedCount()).isEqualTo(1);
        assertThat(columns.contains(5)).isFalse();
    }
}
