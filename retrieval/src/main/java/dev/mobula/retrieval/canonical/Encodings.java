package dev.mobula.retrieval.canonical;

import dev.mobula.retrieval.canonical.View.Encoding;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * One look over the text finds runs of the base64 alphabet and counts what the escapes need. A span counts only when
 * it decodes to valid UTF-8, which 12 random bytes do once in thousands. Escapes (URL, quoted-printable) lie between
 * characters that stand for themselves, so they are opened in the whole text at once. Every text can be rotated; whether
 * that is likely is for the letters' frequencies to say.
 *
 * Full-width forms of the alphabets count as their ASCII characters.
 */
/// The second step: finds what is encoded in a text.
final class Encodings {
    /// A shorter encoded span is not worth opening.
    static final int SPAN_MIN = 16;

    private static final int HIDDEN_MIN = 6;
    private static final int LINE_MIN = 60;
    private static final int ESCAPES_MIN = 3;

    private Encodings() {}

    static List<Decoded> find(Hidden hidden) {
        Points text = hidden.shown();
        List<Decoded> found = new ArrayList<>();
        spell(hidden, found);
        boolean isSpan = utf8Bytes(text) >= SPAN_MIN;
        int percents = 0;
        int equals = 0;
        int letters = 0;
        int hexes = 0;
        for (int i = 0; i < text.size(); ) {
            int code = plain(text.code(i));
            percents += code == '%' ? 1 : 0;
            equals += code == '=' ? 1 : 0;
            int end = base64End(text, i);
            for (int j = i; j < end; j++) {
                int inside = plain(text.code(j));
                letters += inside > '9' && Character.isLetter(inside) ? 1 : 0;
                hexes += hex(inside) >= 0 ? 1 : 0;
            }
            if (end - i >= SPAN_MIN) {
                base64(text, i, end, found);
            }
            i = Math.max(i + 1, end);
        }
        if (hexes >= SPAN_MIN) {
            HexSpans.find(text, found);
        }
        if (percents > 0) {
            addEscaped(Encoding.URL, text, '%', found);
        }
        if (equals > 0) {
            addEscaped(Encoding.QUOTED_PRINTABLE, text, '=', found);
        }
        if (letters > 0 && isSpan) {
            turn(text, found);
        }
        return found;
    }

    private static int utf8Bytes(Points text) {
        int bytes = 0;
        for (int i = 0; i < text.size() && bytes < SPAN_MIN; i++) {
            int code = text.code(i);
            bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        }
        return bytes;
    }

    private static void spell(Hidden hidden, List<Decoded> found) {
        Points tags = hidden.tags();
        if (tags.size() >= HIDDEN_MIN) {
            boolean words = Likeness.isWords(tags);
            found.add(new Decoded(Encoding.TAGS, tags, tags.span(0, tags.size()), words));
        }
        Points selectors = hidden.selectors();
        if (selectors.size() >= HIDDEN_MIN) {
            byte[] bytes = new byte[selectors.size()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) selectors.code(i);
            }
            Span span = selectors.span(0, selectors.size());
            Decoded decoded = decoded(Encoding.SELECTORS, bytes, bytes.length, span);
            if (decoded != null) {
                boolean words = Likeness.isWords(decoded.text());
                found.add(new Decoded(Encoding.SELECTORS, decoded.text(), span, words));
            }
        }
    }

    /// ASCII for full-width forms.
    static int plain(int code) {
        return code >= 0xFF01 && code <= 0xFF5E ? code - 0xFEE0 : code;
    }

    static int hex(int code) {
        if (code >= '0' && code <= '9') {
            return code - '0';
        }
        int letter = code | 0x20;
        return letter >= 'a' && letter <= 'f' && code < 0x80 ? letter - 'a' + 10 : -1;
    }

    private static int sextet(int raw) {
        int code = plain(raw);
        if (code >= 'A' && code <= 'Z') {
            return code - 'A';
        }
        if (code >= 'a' && code <= 'z') {
            return code - 'a' + 26;
        }
        if (code >= '0' && code <= '9') {
            return code - '0' + 52;
        }
        return switch (code) {
            case '+', '-' -> 62;
            case '/', '_' -> 63;
            default -> -1;
        };
    }

    /// The end of a run of the base64 alphabet, over the line feeds of wrapped lines.
    private static int base64End(Points text, int from) {
        int end = from;
        int line = 0;
        while (end < text.size()) {
            if (sextet(text.code(end)) >= 0) {
                line++;
                end++;
                continue;
            }
            int next = end + (text.code(end) == '\r' ? 1 : 0);
            boolean wraps =
                    line >= LINE_MIN
                            && line % 4 == 0
                            && next + 1 < text.size()
                            && text.code(next) == '\n'
                            && sextet(text.code(next + 1)) >= 0;
            if (!wraps) {
                break;
            }
            line = 0;
            end = next + 1;
        }
        return end;
    }

    private static void base64(Points text, int from, int end, List<Decoded> found) {
        byte[] bytes = new byte[(end - from) * 3 / 4 + 3];
        int length = 0;
        int bits = 0;
        int held = 0;
        for (int i = from; i < end; i++) {
            int sextet = sextet(text.code(i));
            if (sextet < 0) {
                continue;
            }
            held = held << 6 | sextet;
            bits += 6;
            if (bits >= 8) {
                bits -= 8;
                bytes[length++] = (byte) (held >>> bits);
                held &= (1 << bits) - 1;
            }
        }
        int last = end;
        while (last < text.size() && last - end < 2 && plain(text.code(last)) == '=') {
            last++;
        }
        // Six bits left over are no byte, and bits left over must be zero.
        if (bits < 6 && held == 0) {
            Span span = text.span(from, last);
            Decoded decoded = decoded(Encoding.BASE64, bytes, length, span);
            if (decoded != null) {
                found.add(decoded);
            }
        }
    }

    /// The text that the bytes are, or null when they are none.
    static @Nullable Decoded decoded(Encoding encoding, byte[] bytes, int length, Span span) {
        String text = utf8(bytes, length);
        if (text == null || controls(text) * 2 > text.length()) {
            return null;
        }
        Points points = new Points(text.length());
        points.addAll(text, span.start(), span.end());
        return new Decoded(encoding, points, span, Likeness.isReadable(points));
    }

    private static int controls(String text) {
        int controls = 0;
        for (int i = 0; i < text.length(); i++) {
            controls += text.charAt(i) < ' ' && !Character.isWhitespace(text.charAt(i)) ? 1 : 0;
        }
        return controls;
    }

    private static @Nullable String utf8(byte[] bytes, int length) {
        try {
            CharBuffer text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(bytes, 0, length));
            return text.toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }

    private static void addEscaped(Encoding encoding, Points text, int mark, List<Decoded> found) {
        Points opened = new Points(text.size());
        int escapes = 0;
        boolean meant = false;
        boolean blanks = encoding == Encoding.URL && isForm(text);
        byte[] bytes = new byte[text.size() / 3 + 1];
        for (int i = 0; i < text.size(); ) {
            int length = 0;
            int end = i;
            while (end + 2 < text.size() && isEscape(text, end, mark)) {
                bytes[length++] =
                        (byte)
                                (hex(plain(text.code(end + 1))) << 4
                                        | hex(plain(text.code(end + 2))));
                end += 3;
            }
            String run = length > 0 ? utf8(bytes, length) : null;
            if (run != null) {
                escapes += length;
                meant |= !Character.isLetterOrDigit(run.charAt(0));
                meant |= run.charAt(0) >= 0x80;
                Span span = text.span(i, end);
                opened.addAll(run, span.start(), span.end());
                i = end;
            } else if (mark == '=' && softBreak(text, i) > 0) {
                meant = true;
                i += softBreak(text, i);
            } else if (blanks && plain(text.code(i)) == '+') {
                opened.add(' ', text.start(i), text.end(i));
                i++;
            } else {
                opened.copy(text, i);
                i++;
            }
        }
        if (meant || escapes >= ESCAPES_MIN) {
            Span span = text.span(0, text.size());
            found.add(new Decoded(encoding, opened, span, Likeness.isReadable(opened)));
        }
    }

    private static boolean isEscape(Points text, int at, int mark) {
        return plain(text.code(at)) == mark
                && hex(plain(text.code(at + 1))) >= 0
                && hex(plain(text.code(at + 2))) >= 0;
    }

    /// Forms write blanks as plus signs, and have no blanks left.
    private static boolean isForm(Points text) {
        boolean plus = false;
        for (int i = 0; i < text.size(); i++) {
            if (text.code(i) <= ' ') {
                return false;
            }
            plus |= plain(text.code(i)) == '+';
        }
        return plus;
    }

    /// Characters of a line break that quoted-printable takes out again, 0 when there is none.
    private static int softBreak(Points text, int at) {
        if (text.code(at) != '=' || at + 1 >= text.size()) {
            return 0;
        }
        if (text.code(at + 1) == '\n') {
            return 2;
        }
        boolean both =
                text.code(at + 1) == '\r' && at + 2 < text.size() && text.code(at + 2) == '\n';
        return both ? 3 : 0;
    }

    private static void turn(Points text, List<Decoded> found) {
        Points turned = new Points(text.size());
        for (int i = 0; i < text.size(); i++) {
            turned.add(rotated(text.code(i)), text.start(i), text.end(i));
        }
        found.add(
                new Decoded(
                        Encoding.ROT13,
                        turned,
                        text.span(0, text.size()),
                        Likeness.isRotated(text)));
    }

    private static int rotated(int code) {
        int letter = (code | 0x20) - 'a';
        if (letter < 0 || letter >= 26 || code >= 0x80) {
            return code;
        }
        return code + (letter < 13 ? 13 : -13);
    }
}
