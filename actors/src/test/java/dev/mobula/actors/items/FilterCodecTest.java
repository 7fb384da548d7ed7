package dev.mobula.actors.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.codec.MalformedMessageException;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.testing.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.longlong.Roaring64Bitmap;

final class FilterCodecTest {
    @Test
    void everyFilterComesBackFromItsBytes() {
        Seeds.forAll(
                300,
                random -> {
                    Filter filter = filter(random, 4);
                    byte[] message = FilterCodec.INSTANCE.encode(filter);
                    assertThat(FilterCodec.INSTANCE.decode(message)).isEqualTo(filter);
                });
    }

    @Test
    void damagedBytesAreAFilterOrMalformed() {
        Seeds.forAll(
                2_000,
                random -> {
                    byte[] message = FilterCodec.INSTANCE.encode(filter(random, 4));
                    message[random.nextInt(message.length)] = (byte) random.nextInt();
                    byte[] damaged = Arrays.copyOf(message, 1 + random.nextInt(message.length));
                    try {
                        assertThat(FilterCodec.INSTANCE.decode(damaged)).isNotNull();
                    } catch (MalformedMessageException refused) {
                        assertThat(refused).hasMessageNotContaining("null");
                    }
                });
    }

    @Test
    void aFilterThatNeverEndsIsRefused() {
        byte[] nested = new byte[10_000];
        Arrays.fill(nested, (byte) 7);
        assertThatThrownBy(() -> FilterCodec.INSTANCE.decode(nested))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("deeper than");
    }

    private static Filter filter(SplittableRandom random, int depth) {
        long value = random.nextLong(-9, 9);
        return switch (random.nextInt(depth == 0 ? 5 : 8)) {
            case 0 -> Filter.EVERYTHING;
            case 1 -> Filter.idIn(Roaring64Bitmap.bitmapOf(value, 7, Long.MAX_VALUE));
            case 2 -> Filter.oneOf("language", value, 3);
            case 3 -> Filter.between("created", value, value + random.nextInt(5));
            case 4 -> Filter.anyFlag("labels", value);
            case 5 -> new Filter.All(parts(random, depth));
            case 6 -> new Filter.Any(parts(random, depth));
            default -> Filter.not(filter(random, depth - 1));
        };
    }

    private static List<Filter> parts(SplittableRandom random, int depth) {
        return Stream.generate(() -> filter(random, depth - 1)).limit(random.nextInt(4)).toList();
    }
}
