package dev.mobula.retrieval.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import dev.mobula.testing.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class ItemCodecTest {
    private final ItemCodec codec = new ItemCodec(StoreLimits.DEFAULT);

    @Test
    void whatWasEncodedIsDecoded() {
        Seeds.forAll(
                500,
                random -> {
                    Item item = RandomItems.item(random, RandomItems.number(random));
                    assertThat(codec.decode(item.id(), codec.encode(item))).isEqualTo(item);
                });
    }

    @Test
    void anItemsStandingIsWhatTheWholeItemSays() {
        Seeds.forAll(
                300,
                random -> {
                    Item item = RandomItems.item(random, RandomItems.number(random));
                    ItemStanding standing = codec.decodeStanding(item.id(), codec.encode(item));
                    assertThat(standing)
                            .isEqualTo(
                                    new ItemStanding(
                                            item.id(),
                                            item.authorId(),
                                            item.state(),
                                            item.labels()));
                });
    }

    @Test
    void everyFlippedBitAndEveryTruncationIsFound() {
        Seeds.forAll(
                20,
                random -> {
                    byte[] record = codec.encode(RandomItems.item(random, 7));
                    for (int bit = 0; bit < record.length * 8; bit++) {
                        byte[] damaged = record.clone();
                        damaged[bit / 8] ^= (byte) (1 << bit % 8);
                        assertCorrupt(damaged);
                    }
                    for (int length = 0; length < record.length; length++) {
                        assertCorrupt(Arrays.copyOf(record, length));
                    }
                });
    }

    @Test
    void aForgedRecordIsRefusedAndNeverCrashesTheReader() {
        Seeds.forAll(
                2_000,
                random -> {
                    byte[] record = codec.encode(RandomItems.item(random, 7));
                    for (int i = random.nextInt(1, 5); i > 0; i--) {
                        record[random.nextInt(record.length - 4)] = (byte) random.nextInt();
                    }
                    sign(record);
                    try {
                        assertThat(codec.decode(7, record).id()).isEqualTo(7);
                        assertThat(codec.decodeStanding(7, record).id()).isEqualTo(7);
                    } catch (RetrievalException refused) {
                        assertThat(refused.code()).isIn(Code.CORRUPT, Code.INVALID_INPUT);
                    }
                });
    }

    @Test
    void aRecordOfAnotherItemIsCorrupt() {
        byte[] record = codec.encode(Item.of(1, 2, 3));
        assertThatThrownBy(() -> codec.decode(9, record)).hasMessageContaining("holds item 1");
    }

    @Test
    void everythingOverItsLimitIsNamedAndRefused() {
        ItemCodec small = new ItemCodec(new StoreLimits(1, 4, 8, 2, 1, 3, 100, 10, 10, 10));
        Item item = Item.of(1, 2, 3);
        Label label = new Label("spam", "m1", 1, Label.NEVER);
        Attribute one = new Attribute.Whole(1);
        assertRefused(small, item.withAttributes(Map.of("a", one, "b", one)), "attributes=2");
        assertRefused(small, item.withAttributes(Map.of("fives", one)), "attribute name bytes=5");
        assertRefused(
                small,
                item.withAttributes(Map.of("text", new Attribute.Text("ninechars"))),
                "text bytes=9");
        assertRefused(
                small,
                item.withAttributes(Map.of("w", new Attribute.Words(Collections.nCopies(3, "x")))),
                "words of w=3");
        assertRefused(small, item.withLabels(List.of(label, label)), "labels=2");
        assertRefused(small, item.withEmbedding(new float[4]), "embedding dimension=4");
        assertRefused(
                new ItemCodec(new StoreLimits(1, 4, 99, 2, 1, 3, 40, 10, 10, 10)),
                item.withAttributes(Map.of("t", new Attribute.Text("x".repeat(50)))),
                "item 1 bytes=");
    }

    @Test
    void valuesThatCannotBeStoredAreRefused() {
        Item item = Item.of(1, 2, 3);
        assertThatThrownBy(() -> item.withEmbedding(new float[] {0, Float.NaN}))
                .hasMessageContaining("embedding[1]=NaN");
        assertThatThrownBy(() -> new Attribute.Real(Double.POSITIVE_INFINITY))
                .hasMessageContaining("Infinity");
        assertThatThrownBy(() -> new Label("x", "y", 1.5f, 0)).hasMessageContaining("1.5");
        assertRefused(
                codec,
                item.withAttributes(Map.of("t", new Attribute.Text("\uD800"))),
                "well-formed Unicode");
    }

    private void assertCorrupt(byte[] record) {
        assertThatThrownBy(() -> codec.decode(7, record))
                .isInstanceOfSatisfying(
                        RetrievalException.class,
                        refused -> assertThat(refused.code()).isEqualTo(Code.CORRUPT));
    }

    private static void assertRefused(ItemCodec codec, Item item, String message) {
        assertThatThrownBy(() -> codec.encode(item))
                .isInstanceOfSatisfying(
                        RetrievalException.class,
                        refused -> assertThat(refused.code()).isEqualTo(Code.INVALID_INPUT))
                .hasMessageContaining(message);
    }

    private static void sign(byte[] record) {
        CRC32C crc = new CRC32C();
        crc.update(record, 0, record.length - 4);
        ByteBuffer.wrap(record)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(record.length - 4, (int) crc.getValue());
    }
}
