package dev.mobula.retrieval.canonical;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/*
 * Only towards ASCII, and never from it: the full skeleton of UTS #39 also joins ASCII characters with each other (1, l
 * and I; 0 and O; m and rn), which makes "sh1t" and "100" unreadable to what follows.
 *
 * All sources decompose to themselves, so the map commutes with compatibility decomposition.
 */
/// Foreign characters that look like an ASCII one.
final class Confusables {
    private static final String FILE = "confusables.txt";
    private static final int HEX = 16;
    private static final int[] SOURCES;
    private static final char[] TARGETS;

    static {
        long[] pairs = load();
        Arrays.sort(pairs);
        SOURCES = new int[pairs.length];
        TARGETS = new char[pairs.length];
        for (int i = 0; i < pairs.length; i++) {
            SOURCES[i] = (int) (pairs[i] >>> Character.SIZE);
            TARGETS[i] = (char) pairs[i];
        }
    }

    private Confusables() {}

    private static long[] load() {
        try (InputStream in = Confusables.class.getResourceAsStream(FILE);
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        Objects.requireNonNull(in, FILE),
                                        StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("# "))
                    .flatMapToLong(Confusables::pairs)
                    .toArray();
        } catch (IOException broken) {
            throw new IllegalStateException(FILE + " cannot be read from our jar", broken);
        }
    }

    private static LongStream pairs(String line) {
        char target = line.charAt(0);
        return Arrays.stream(line.substring(2).split(" ", -1))
                .mapToLong(source -> Long.parseLong(source, HEX) << Character.SIZE | target);
    }

    /// The ASCII character this one looks like, or the character itself.
    static int ascii(int code) {
        if (code < 0x80) {
            return code;
        }
        int at = Arrays.binarySearch(SOURCES, code);
        return at < 0 ? code : TARGETS[at];
    }

    /// Characters that look like an ASCII one, ascending.
    static int[] lookalikes(char ascii) {
        return IntStream.range(0, SOURCES.length)
                .filter(i -> TARGETS[i] == ascii)
                .map(i -> SOURCES[i])
                .toArray();
    }
}
