package dev.mobula.retrieval.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/*
 * One shuffle of 64 bytes looks up four planes at once: each quarter of the table is one plane's, and a code is turned
 * into its quarter by setting two bits above it. That is one instruction (VPERMB) with AVX-512 VBMI, and would be
 * hundreds without it.
 *
 * The quarters of the sums are folded at the end, two of the four vectors at a time, so that the last holds the sums of
 * all rows in their order and one comparison answers for all.
 */

/// Four-bit codes summed by shuffles of 512 bits, for processors that have them.
final class WideShuffles {
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_512;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_512;
    private static final int WIDTH = BYTES.length();
    private static final int QUARTER = WIDTH / 4;
    private static final ByteVector PLANES = planes();
    private static final ShortVector FIRST_HALVES = quarters(0, 1, 4, 5);
    private static final ShortVector SECOND_HALVES = quarters(2, 3, 6, 7);
    private static final ShortVector EVEN_QUARTERS = quarters(0, 2, 4, 6);
    private static final ShortVector ODD_QUARTERS = quarters(1, 3, 5, 7);

    private WideShuffles() {}

    /// Whether this processor shuffles 64 bytes in one instruction; asked of Linux, elsewhere the answer is no.
    static boolean areInstructions() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .filter(line -> Arrays.asList(line.split(" ", -1)).contains("avx512vbmi"))
                    .isPresent();
        } catch (IOException notLinux) {
            return false;
        }
    }

    static int sumCodes(
            MemorySegment codes, long offset, byte[] tables, int threshold, short[] sums) {
        ShortVector all0 = ShortVector.zero(SHORTS);
        ShortVector all1 = ShortVector.zero(SHORTS);
        ShortVector odd0 = ShortVector.zero(SHORTS);
        ShortVector odd1 = ShortVector.zero(SHORTS);
        for (int i = 0; i < tables.length; i += 2 * WIDTH) {
            ByteVector codesA =
                    ByteVector.fromMemorySegment(BYTES, codes, offset + i, LITTLE_ENDIAN);
            ByteVector codesB =
                    ByteVector.fromMemorySegment(BYTES, codes, offset + i + WIDTH, LITTLE_ENDIAN);
            ByteVector tableA = ByteVector.fromArray(BYTES, tables, i);
            ByteVector tableB = ByteVector.fromArray(BYTES, tables, i + WIDTH);
            ShortVector pairs0 = low(codesA, tableA).add(low(codesB, tableB)).reinterpretAsShorts();
            ShortVector pairs1 =
                    high(codesA, tableA).add(high(codesB, tableB)).reinterpretAsShorts();
            all0 = all0.add(pairs0);
            odd0 = odd0.add(pairs0.lanewise(LSHR, Byte.SIZE));
            all1 = all1.add(pairs1);
            odd1 = odd1.add(pairs1.lanewise(LSHR, Byte.SIZE));
        }
        ShortVector half0 = halves(all0.sub(odd0.lanewise(LSHL, Byte.SIZE)), odd0);
        ShortVector half1 = halves(all1.sub(odd1.lanewise(LSHL, Byte.SIZE)), odd1);
        ShortVector rows =
                EVEN_QUARTERS.selectFrom(half0, half1).add(ODD_QUARTERS.selectFrom(half0, half1));
        int above = (int) rows.compare(GT, (short) threshold).toLong();
        if (above != 0) {
            rows.intoArray(sums, 0);
        }
        return above;
    }

    private static ShortVector halves(ShortVector a, ShortVector b) {
        return FIRST_HALVES.selectFrom(a, b).add(SECOND_HALVES.selectFrom(a, b));
    }

    private static ByteVector low(ByteVector codes, ByteVector table) {
        return codes.and((byte) 15).or(PLANES).selectFrom(table);
    }

    private static ByteVector high(ByteVector codes, ByteVector table) {
        return low(codes.reinterpretAsShorts().lanewise(LSHR, 4).reinterpretAsBytes(), table);
    }

    private static ByteVector planes() {
        byte[] planes = new byte[WIDTH];
        for (int i = 0; i < WIDTH; i++) {
            planes[i] = (byte) (i / QUARTER * QUARTER);
        }
        return ByteVector.fromArray(BYTES, planes, 0);
    }

    /* Indices of whole quarters of two vectors, the second's counted on from the first's. */
    private static ShortVector quarters(int... wanted) {
        int lanes = SHORTS.length() / 4;
        short[] indices = new short[SHORTS.length()];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = (short) (wanted[i / lanes] * lanes + i % lanes);
        }
        return ShortVector.fromArray(SHORTS, indices, 0);
    }
}
