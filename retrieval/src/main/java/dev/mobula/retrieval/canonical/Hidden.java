package dev.mobula.retrieval.canonical;

/// The first step: takes out what is not seen, and keeps what it may spell.
final class Hidden {
    private static final int HALF_MARK = Points.REPLACEMENT;

    private final Points shown;
    private final Points tags = new Points(0);
    private final Points selectors = new Points(0);

    private Hidden(int capacity) {
        shown = new Points(capacity);
    }

    static Hidden strip(Points source, Traces traces) {
        Hidden hidden = new Hidden(source.size());
        for (int i = 0; i < source.size(); i++) {
            int code = source.code(i);
            if (code >= ' ' && code < 0x7F) {
                hidden.shown.copy(source, i);
            } else {
                hidden.take(source, i, code, traces);
            }
        }
        return hidden;
    }

    private void take(Points source, int i, int code, Traces traces) {
        Sign sign = sign(code);
        if (code == HALF_MARK) {
            traces.add(Sign.UNPAIRED);
        }
        if (sign == Sign.MARK) {
            shown.copy(source, i);
            return;
        }
        traces.add(sign);
        if (sign == Sign.TAG && code >= 0xE0020 && code <= 0xE007E) {
            tags.add(code - 0xE0000, source.start(i), source.end(i));
        } else if (sign == Sign.SELECTOR && selectorByte(code) >= 0) {
            selectors.add(selectorByte(code), source.start(i), source.end(i));
        }
    }

    /// What the character hides as, or `MARK` for one that is seen.
    private static Sign sign(int code) {
        if (code < 0xA0) {
            boolean blank = code == '\t' || code == '\n' || code == '\r' || code == 0x0B;
            return blank || code == 0x0C || code == 0x85 ? Sign.MARK : Sign.CONTROL;
        }
        if (selectorByte(code) >= 0 || (code >= 0x180B && code <= 0x180D) || code == 0x180F) {
            return Sign.SELECTOR;
        }
        if (code >= 0xE0000 && code <= 0xE0FFF) {
            return Sign.TAG;
        }
        if (isBidi(code)) {
            return Sign.BIDI;
        }
        return isInvisible(code) ? Sign.INVISIBLE : Sign.MARK;
    }

    /// The byte that a variation selector can carry, or -1 for another character.
    private static int selectorByte(int code) {
        if (code >= 0xFE00 && code <= 0xFE0F) {
            return code - 0xFE00;
        }
        return code >= 0xE0100 && code <= 0xE01EF ? code - 0xE0100 + 16 : -1;
    }

    private static boolean isBidi(int code) {
        return code == 0x061C
                || code == 0x200E
                || code == 0x200F
                || (code >= 0x202A && code <= 0x202E)
                || (code >= 0x2066 && code <= 0x2069);
    }

    /// Format characters, and the others that Unicode calls ignorable by default.
    private static boolean isInvisible(int code) {
        if (Character.getType(code) == Character.FORMAT) {
            return true;
        }
        return switch (code) {
            case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0 -> true;
            default -> (code >= 0x2060 && code <= 0x206F) || (code >= 0xFFF0 && code <= 0xFFF8);
        };
    }

    /// What is seen.
    Points shown() {
        return shown;
    }

    /// What the tag characters spell.
    Points tags() {
        return tags;
    }

    /// The bytes that the variation selectors carry.
    Points selectors() {
        return selectors;
    }
}
