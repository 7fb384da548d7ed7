package dev.mobula.retrieval.canonical;

import java.text.Normalizer;
import java.text.Normalizer.Form;

/*
 * Compatibility decomposition, then lookalikes to ASCII, then case, then composition, on one base character and its
 * marks at a time. Between decomposition and composition only base characters are replaced, one for one, so texts that
 * differ in form, lookalikes and ASCII case become equal, whatever marks stand on them: lookalikes have no precomposed
 * forms, and some small letters have ones that capitals have not, so replacing after composition would not do.
 *
 * Chunks end after MARKS_MAX marks: marks are sorted while decomposing, and that is quadratic.
 *
 * Almost all characters stand alone and become one: those of the basic plane are remembered, 0 for not yet known. The
 * entries are written whole and depend on nothing, so it does not matter who writes first.
 */
/// The steps in the middle: one form, one alphabet where there are lookalikes, one case.
final class Folding {
    private static final int MARKS_MAX = 32;
    private static final int SEVERAL = -1;
    private static final int CODE_BITS = 24;
    private static final int CODE_MASK = (1 << CODE_BITS) - 1;
    private static final int CONFUSABLE = 1;
    private static final int COMPATIBILITY = 2;
    private static final int[] KNOWN = new int[1 << Character.SIZE];

    private Folding() {}

    static Points fold(Points shown, Traces traces) {
        Points folded = new Points(shown.size() + 16);
        int size = shown.size();
        for (int i = 0; i < size; ) {
            int code = shown.code(i);
            int next = i + 1;
            if (next == size || !extendsBase(shown.code(next))) {
                alone(shown, i, code, folded, traces);
            } else {
                next = chunkEnd(shown, i);
                String chunk = text(shown, i, next);
                traces.add(Sign.MARK, next - i - 1);
                folded.addAll(folded(chunk, traces), shown.start(i), shown.end(next - 1));
            }
            i = next;
        }
        return folded;
    }

    private static void alone(Points shown, int i, int code, Points folded, Traces traces) {
        if (code < 0x80) {
            folded.add(ascii(code), shown.start(i), shown.end(i));
            return;
        }
        int known = code < KNOWN.length ? KNOWN[code] : 0;
        if (known == 0) {
            known = single(code);
            if (code < KNOWN.length) {
                KNOWN[code] = known;
            }
        }
        if (known == SEVERAL) {
            String text = folded(Character.toString(code), traces);
            folded.addAll(text, shown.start(i), shown.end(i));
            return;
        }
        int flags = known >>> CODE_BITS;
        traces.add(Sign.CONFUSABLE, flags & CONFUSABLE);
        traces.add(Sign.COMPATIBILITY, (flags & COMPATIBILITY) >> 1);
        folded.add((known & CODE_MASK) - 1, shown.start(i), shown.end(i));
    }

    private static int ascii(int code) {
        if (code >= 'A' && code <= 'Z') {
            return code + ('a' - 'A');
        }
        return code <= ' ' ? ' ' : code;
    }

    private static int single(int code) {
        Traces traces = new Traces();
        String text = folded(Character.toString(code), traces);
        if (text.isEmpty() || text.codePointCount(0, text.length()) != 1) {
            return SEVERAL;
        }
        int flags =
                (traces.count(Sign.CONFUSABLE) > 0 ? CONFUSABLE : 0)
                        | (traces.count(Sign.COMPATIBILITY) > 0 ? COMPATIBILITY : 0);
        return flags << CODE_BITS | text.codePointAt(0) + 1;
    }

    private static String folded(String chunk, Traces traces) {
        String decomposed = Normalizer.normalize(chunk, Form.NFKD);
        StringBuilder mapped = new StringBuilder(decomposed.length());
        for (int at = 0; at < decomposed.length(); ) {
            int code = decomposed.codePointAt(at);
            int base = base(code);
            if (code >= 0x80 && base < 0x80 && base != ' ') {
                traces.add(Sign.CONFUSABLE);
            }
            mapped.appendCodePoint(base);
            at += Character.charCount(code);
        }
        if (chunk.codePointAt(0) >= 0x80
                && !decomposed.isEmpty()
                && decomposed.charAt(0) < 0x80
                && decomposed.length() == 1) {
            traces.add(Sign.COMPATIBILITY);
        }
        return Normalizer.normalize(mapped, Form.NFC);
    }

    /// One decomposed character in one alphabet and one case.
    private static int base(int code) {
        if (code < 0x80) {
            return ascii(code);
        }
        if (Character.isWhitespace(code) || Character.isSpaceChar(code)) {
            return ' ';
        }
        if (Character.getType(code) == Character.DECIMAL_DIGIT_NUMBER) {
            return '0' + Character.digit(code, 10);
        }
        int ascii = Confusables.ascii(code);
        if (ascii < 0x80) {
            return ascii;
        }
        return Confusables.ascii(Character.toLowerCase(Character.toUpperCase(code)));
    }

    private static int chunkEnd(Points shown, int from) {
        int end = from + 1;
        while (end < shown.size() && end - from <= MARKS_MAX && extendsBase(shown.code(end))) {
            end++;
        }
        return end;
    }

    /// Whether a character can join with the one before it: marks, the two half-width voicing marks, Korean vowels and
    /// finals.
    private static boolean extendsBase(int code) {
        if (code < 0x300) {
            return false;
        }
        if (code == 0xFF9E || code == 0xFF9F || (code >= 0x1161 && code <= 0x11FF)) {
            return true;
        }
        if ((code >= 0xFFA1 && code <= 0xFFDC) || (code >= 0xD7B0 && code <= 0xD7FF)) {
            return true;
        }
        int type = Character.getType(code);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }

    private static String text(Points points, int from, int to) {
        StringBuilder text = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            text.appendCodePoint(points.code(i));
        }
        return text.toString();
    }
}
