package dev.mobula.retrieval.canonical;

import dev.mobula.retrieval.canonical.View.Encoding;
import java.util.List;

/// Finds bytes written as pairs of hexadecimal digits: `48656c6c6f`, `48 65 6c`, `48:65`, `\x48\x65`, `0x48, 0x65`.
final class HexSpans {
    private static final int BYTES_MIN = Encodings.SPAN_MIN / 2;
    private static final int BETWEEN_MAX = 2;

    private HexSpans() {}

    static void find(Points text, List<Decoded> found) {
        byte[] bytes = new byte[text.size() / 2 + 1];
        for (int i = 0; i < text.size(); ) {
            int length = 0;
            int from = prefix(text, i);
            int end = i;
            while (from + 1 < text.size() && digit(text, from) >= 0 && digit(text, from + 1) >= 0) {
                bytes[length++] = (byte) (digit(text, from) << 4 | digit(text, from + 1));
                end = from + 2;
                from = prefix(text, between(text, end));
            }
            if (length >= BYTES_MIN) {
                Decoded decoded = Encodings.decoded(Encoding.HEX, bytes, length, text.span(i, end));
                if (decoded != null) {
                    found.add(decoded);
                }
            }
            i = Math.max(end, i + 1);
        }
    }

    private static int digit(Points text, int at) {
        return Encodings.hex(Encodings.plain(text.code(at)));
    }

    /// Past `\x` or `0x`, if there is one.
    private static int prefix(Points text, int at) {
        if (at + 1 < text.size() && Encodings.plain(text.code(at + 1)) == 'x') {
            int first = Encodings.plain(text.code(at));
            return first == '\\' || first == '0' ? at + 2 : at;
        }
        return at;
    }

    /// Past at most two separators.
    private static int between(Points text, int at) {
        int next = at;
        while (next < text.size() && next - at < BETWEEN_MAX) {
            int code = text.code(next);
            if (code != ' ' && code != ':' && code != ',') {
                break;
            }
            next++;
        }
        return next;
    }
}
