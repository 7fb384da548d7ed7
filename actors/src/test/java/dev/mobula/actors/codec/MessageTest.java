package dev.mobula.actors.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.runtime.Failure;
import dev.mobula.testing.Seeds;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class MessageTest {
    /// One kind of field: how to draw a value, write it and read it.
    private record Field<T>(
            String name,
            Function<SplittableRandom, T> draw,
            Writer<T> writer,
            Function<MessageReader, T> reader) {
        Written write(SplittableRandom random, MessageWriter out) {
            T value = draw.apply(random);
            writer.write(out, value);
            return new Written(this, value);
        }
    }

    private interface Writer<T> {
        void write(MessageWriter out, T value);
    }

    private record Written(Field<?> field, Object value) {
        void assertReadFrom(MessageReader in) {
            assertThat((Object) field.reader().apply(in)).as(field.name()).isEqualTo(value);
        }
    }

    private static final List<Field<?>> FIELDS =
            List.of(
                    new Field<>(
                            "byte",
                            random -> (byte) random.nextInt(),
                            (out, value) -> out.writeByte(value),
                            MessageReader::readByte),
                    new Field<>(
                            "boolean",
                            SplittableRandom::nextBoolean,
                            MessageWriter::writeBoolean,
                            MessageReader::readBoolean),
                    new Field<>(
                            "short",
                            random -> (short) random.nextInt(),
                            (out, value) -> out.writeShort(value),
                            MessageReader::readShort),
                    new Field<>(
                            "int",
                            SplittableRandom::nextInt,
                            MessageWriter::writeInt,
                            MessageReader::readInt),
                    new Field<>(
                            "long",
                            SplittableRandom::nextLong,
                            MessageWriter::writeLong,
                            MessageReader::readLong),
                    new Field<>(
                            "float bits",
                            SplittableRandom::nextInt,
                            (out, bits) -> out.writeFloat(Float.intBitsToFloat(bits)),
                            in -> Float.floatToRawIntBits(in.readFloat())),
                    new Field<>(
                            "double bits",
                            SplittableRandom::nextLong,
                            (out, bits) -> out.writeDouble(Double.longBitsToDouble(bits)),
                            in -> Double.doubleToRawLongBits(in.readDouble())),
                    new Field<>(
                            "bytes",
                            MessageTest::drawBytes,
                            MessageWriter::writeBytes,
                            MessageReader::readBytes),
                    new Field<>(
                            "string",
                            MessageTest::drawText,
                            MessageWriter::writeString,
                            MessageReader::readString),
                    new Field<>(
                            "ints",
                            random -> random.ints(drawCount(random)).toArray(),
                            MessageWriter::writeInts,
                            MessageReader::readInts),
                    new Field<>(
                            "longs",
                            random -> random.longs(drawCount(random)).toArray(),
                            MessageWriter::writeLongs,
                            MessageReader::readLongs),
                    new Field<>(
                            "floats",
                            MessageTest::drawFloats,
                            MessageWriter::writeFloats,
                            MessageReader::readFloats),
                    new Field<>(
                            "doubles",
                            random -> random.doubles(drawCount(random)).toArray(),
                            MessageWriter::writeDoubles,
                            MessageReader::readDoubles),
                    new Field<>(
                            "list",
                            random -> random.longs(drawCount(random)).boxed().toList(),
                            (out, values) -> out.writeList(values, MessageWriter::writeLong),
                            in -> in.readList(MessageReader::readLong)),
                    new Field<>(
                            "strings",
                            MessageTest::drawTexts,
                            MessageWriter::writeStrings,
                            MessageReader::readStrings),
                    new Field<>(
                            "numbers by name",
                            MessageTest::drawNumbersByName,
                            MessageWriter::writeNumbersByName,
                            MessageReader::readNumbersByName),
                    new Field<>(
                            "optional",
                            random ->
                                    random.nextBoolean()
                                            ? Optional.of(drawText(random))
                                            : Optional.<String>empty(),
                            (out, value) -> out.writeOptional(value, MessageWriter::writeString),
                            in -> in.readOptional(MessageReader::readString)));

    private static int drawCount(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> 1;
            default -> random.nextInt(100);
        };
    }

    private static byte[] drawBytes(SplittableRandom random) {
        byte[] value = new byte[drawCount(random)];
        random.nextBytes(value);
        return value;
    }

    /// Code points of one to four bytes, without stray surrogates.
    private static String drawText(SplittableRandom random) {
        int[] ceilings = {0x80, 0x800, 0xD800, Character.MAX_CODE_POINT + 1};
        return random.ints(drawCount(random), 0, ceilings[random.nextInt(ceilings.length)])
                .map(point -> point >= 0xD800 && point <= 0xDFFF ? 'x' : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static float[] drawFloats(SplittableRandom random) {
        float[] values = new float[drawCount(random)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(5) == 0 ? Float.NaN : (float) random.nextGaussian();
        }
        return values;
    }

    private static List<String> drawTexts(SplittableRandom random) {
        List<String> texts = new ArrayList<>();
        for (int i = drawCount(random); i > 0; i--) {
            texts.add(drawText(random));
        }
        return texts;
    }

    private static Map<String, Double> drawNumbersByName(SplittableRandom random) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (String name : drawTexts(random)) {
            numbers.put(name, random.nextDouble());
        }
        return numbers;
    }

    private static List<Written> drawMessage(SplittableRandom random, MessageWriter out) {
        List<Written> message = new ArrayList<>();
        for (int i = random.nextInt(1, 12); i > 0; i--) {
            message.add(FIELDS.get(random.nextInt(FIELDS.size())).write(random, out));
        }
        return message;
    }

    private static void readAll(List<Written> message, MessageReader in) {
        message.forEach(written -> written.assertReadFrom(in));
        in.requireEnd();
    }

    @Test
    void everyFieldReadsBackAsItWasWritten() {
        for (Field<?> field : FIELDS) {
            Seeds.forAll(
                    50,
                    random -> {
                        MessageWriter out = new MessageWriter(random.nextInt(3));
                        Written written = field.write(random, out);
                        MessageReader in = new MessageReader(out.toBytes());
                        written.assertReadFrom(in);
                        in.requireEnd();
                    });
        }
    }

    @Test
    void fieldsInAnyOrderReadBackAsTheyWereWritten() {
        Seeds.forAll(
                500,
                random -> {
                    MessageWriter out = new MessageWriter();
                    List<Written> message = drawMessage(random, out);
                    MessageReader in = new MessageReader(out.toBytes());
                    message.forEach(written -> written.assertReadFrom(in));
                    in.requireEnd();
                });
    }

    @Test
    void aMessageInsideALargerBufferReadsTheSameAndLeavesTheBuffersPosition() {
        Seeds.forAll(
                100,
                random -> {
                    MessageWriter out = new MessageWriter();
                    List<Written> message = drawMessage(random, out);
                    byte[] bytes = out.toBytes();
                    int before = random.nextInt(20);
                    ByteBuffer larger = ByteBuffer.allocateDirect(before + bytes.length + 7);
                    larger.put(before, bytes).position(before).limit(before + bytes.length);
                    MessageReader in = new MessageReader(larger);
                    message.forEach(written -> written.assertReadFrom(in));
                    in.requireEnd();
                    assertThat(larger.position()).isEqualTo(before);
                });
    }

    @Test
    void aMessageCutAnywhereIsRefused() {
        Seeds.forAll(
                30,
                random -> {
                    MessageWriter out = new MessageWriter();
                    List<Written> message = drawMessage(random, out);
                    byte[] whole = out.toBytes();
                    for (int length = 0; length < Math.min(whole.length, 2_000); length++) {
                        byte[] cut = Arrays.copyOf(whole, length);
                        assertThatThrownBy(() -> readAll(message, new MessageReader(cut)))
                                .isInstanceOf(MalformedMessageException.class);
                    }
                });
    }

    @Test
    void aMessageThatGoesOnIsRefused() {
        Seeds.forAll(
                60,
                random -> {
                    MessageWriter out = new MessageWriter();
                    List<Written> message = drawMessage(random, out);
                    byte[] longer = out.writeByte(0).toBytes();
                    assertThatThrownBy(() -> readAll(message, new MessageReader(longer)))
                            .isInstanceOf(MalformedMessageException.class)
                            .hasMessageContaining("1 bytes follow");
                });
    }

    @Test
    void randomBytesAreReadOrRefusedAndNothingElse() {
        Seeds.forAll(
                3_000,
                random -> {
                    MessageReader in = new MessageReader(drawBytes(random));
                    try {
                        for (int i = 0; i < 20; i++) {
                            Field<?> field = FIELDS.get(random.nextInt(FIELDS.size()));
                            assertThat((Object) field.reader().apply(in)).isNotNull();
                        }
                        in.requireEnd();
                    } catch (MalformedMessageException refused) {
                        assertThat(refused.failure()).isEqualTo(Failure.REFUSED);
                    }
                });
    }

    @Test
    void aHostileCountIsRefusedBeforeAnythingIsAllocated() {
        List<Consumer<MessageReader>> counted =
                List.of(
                        MessageReader::readBytes,
                        MessageReader::readString,
                        MessageReader::readInts,
                        MessageReader::readLongs,
                        MessageReader::readFloats,
                        MessageReader::readDoubles,
                        MessageReader::readStrings,
                        MessageReader::readNumbersByName);
        for (int count : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 28, 65}) {
            byte[] hostile = Arrays.copyOf(new MessageWriter().writeInt(count).toBytes(), 4 + 64);
            for (Consumer<MessageReader> read : counted) {
                assertRefusedCheaply(() -> read.accept(new MessageReader(hostile)));
            }
        }
    }

    @Test
    void aHostileCountWithinAListIsRefusedAsCheaply() {
        MessageWriter out = new MessageWriter().writeInt(100);
        for (int element = 0; element < 100; element++) {
            out.writeInt(Integer.MAX_VALUE - element);
        }
        byte[] hostile = out.toBytes();
        assertRefusedCheaply(
                () ->
                        new MessageReader(hostile)
                                .readList(in -> in.readList(MessageReader::readByte)));
    }

    private static void assertRefusedCheaply(Runnable read) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean refused = false;
        try {
            read.run();
        } catch (MalformedMessageException malformed) {
            refused = true;
        }
        long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(refused).isTrue();
        assertThat(allocatedBytes).isLessThan(1 << 20);
    }

    @Test
    void bytesThatAreNoUtf8AreNoText() {
        byte[][] invalid = {
            {(byte) 0x80},
            {(byte) 0xC0, (byte) 0x80},
            {(byte) 0xE2, (byte) 0x82},
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            {(byte) 0xF8, (byte) 0x88, (byte) 0x80, (byte) 0x80, (byte) 0x80},
            {'a', (byte) 0xFF, 'b'},
        };
        for (byte[] bytes : invalid) {
            byte[] message = new MessageWriter().writeBytes(bytes).toBytes();
            assertThatThrownBy(() -> new MessageReader(message).readString())
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessageContaining("UTF-8");
        }
    }

    @Test
    void aStraySurrogateIsWrittenAsAQuestionMark() {
        byte[] message = new MessageWriter().writeString("a\uD800b").toBytes();
        assertThat(new MessageReader(message).readString()).isEqualTo("a?b");
    }

    @Test
    void aFlagIsZeroOrOne() {
        assertThatThrownBy(() -> new MessageReader(new byte[] {2}).readBoolean())
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("found 2");
    }

    @Test
    void aNameTwiceIsRefused() {
        byte[] message =
                new MessageWriter()
                        .writeInt(2)
                        .writeString("CPU")
                        .writeDouble(1)
                        .writeString("CPU")
                        .writeDouble(2)
                        .toBytes();
        assertThatThrownBy(() -> new MessageReader(message).readNumbersByName())
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("CPU");
    }

    @Test
    void aCodecTakesOneWholeMessageAndRefusesValuesItsTypeRefuses() {
        Codec<Thread.State> codec =
                new Codec<>() {
                    @Override
                    public void write(Thread.State value, MessageWriter out) {
                        out.writeString(value.name());
                    }

                    @Override
                    public Thread.State read(MessageReader in) {
                        return Thread.State.valueOf(in.readString());
                    }
                };
        byte[] encoded = codec.encode(Thread.State.BLOCKED);
        assertThat(codec.decode(encoded)).isEqualTo(Thread.State.BLOCKED);
        assertThatThrownBy(() -> codec.decode(Arrays.copyOf(encoded, encoded.length + 1)))
                .isInstanceOf(MalformedMessageException.class);
        byte[] unknown = new MessageWriter().writeString("ASLEEP").toBytes();
        assertThatThrownBy(() -> codec.decode(unknown))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("ASLEEP");
    }
}
