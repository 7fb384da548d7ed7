package dev.mobula.retrieval.canonical;

/// The last steps, over words: digits that stand for letters, letters that stand apart, characters repeated.
final class Tokens {
    private static final int SPACED_LETTERS_MIN = 3;
    private static final int REPEATS_MAX = 2;
    private static final String DIGITS = "oizeasgtbg";

    private Tokens() {}

    static void clean(Points text, Traces traces) {
        unleet(text, traces);
        joinSpaced(text, traces);
        squash(text, traces);
    }

    /// Reads digits as letters in words that have both; 2 and 6 are left alone, nobody writes them so.
    private static void unleet(Points text, Traces traces) {
        int size = text.size();
        for (int from = 0; from < size; ) {
            boolean hasLetter = false;
            boolean hasOther = false;
            int to = from;
            for (; to < size; to++) {
                int code = text.code(to);
                if ((code >= '0' && code <= '9') || isSymbol(text, to)) {
                    hasOther = true;
                } else if (isWord(code)) {
                    hasLetter = true;
                } else {
                    break;
                }
            }
            if (hasLetter && hasOther) {
                for (int i = from; i < to; i++) {
                    traces.add(Sign.LEET, unleet(text, i) ? 1 : 0);
                }
            }
            from = to + 1;
        }
    }

    private static boolean unleet(Points text, int i) {
        int code = text.code(i);
        int letter =
                switch (code) {
                    case '0', '1', '3', '4', '5', '7', '8', '9' -> DIGITS.charAt(code - '0');
                    case '@' -> 'a';
                    case '$' -> 's';
                    case '!' -> 'i';
                    default -> code;
                };
        text.replace(i, letter);
        return letter != code;
    }

    /// Symbols count inside a word only: between letters or digits.
    private static boolean isSymbol(Points text, int i) {
        int code = text.code(i);
        return (code == '@' || code == '$' || code == '!')
                && i > 0
                && i + 1 < text.size()
                && isWord(text.code(i - 1))
                && isWord(text.code(i + 1));
    }

    private static boolean isWord(int code) {
        if (code < 0x80) {
            return (code >= 'a' && code <= 'z') || (code >= '0' && code <= '9');
        }
        return Character.isLetterOrDigit(code) || isMark(code);
    }

    private static boolean isMark(int code) {
        int type = Character.getType(code);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    /// Joins three and more single letters with one separator between each two.
    private static void joinSpaced(Points text, Traces traces) {
        int size = text.size();
        int kept = 0;
        for (int i = 0; i < size; ) {
            int letters = spacedLetters(text, i, kept);
            if (letters >= SPACED_LETTERS_MIN) {
                traces.add(Sign.SPACED, letters);
                for (int j = 0; j < letters; j++) {
                    text.move(kept++, i + 2 * j, text.code(i + 2 * j));
                }
                i += 2 * letters - 1;
            } else {
                text.move(kept++, i, text.code(i));
                i++;
            }
        }
        text.truncate(kept);
    }

    private static int spacedLetters(Points text, int from, int kept) {
        if (!isLetterAt(text, from) || (kept > 0 && isWord(text.code(kept - 1)))) {
            return 0;
        }
        int letters = 1;
        int at = from;
        while (at + 2 < text.size() && isSeparator(text.code(at + 1)) && isLetterAt(text, at + 2)) {
            letters++;
            at += 2;
        }
        boolean endsInside = at + 1 < text.size() && isWord(text.code(at + 1));
        return endsInside ? letters - 1 : letters;
    }

    private static boolean isLetterAt(Points text, int i) {
        int code = text.code(i);
        return code < 0x80 ? code >= 'a' && code <= 'z' : Character.isLetter(code);
    }

    private static boolean isSeparator(int code) {
        return switch (code) {
            case ' ', '.', '-', '_', '*', '/', '|', ',', 0xB7 -> true;
            default -> false;
        };
    }

    /// At most two of a character in a row, one of blanks, none at the ends.
    private static void squash(Points text, Traces traces) {
        int kept = 0;
        int run = 0;
        for (int i = 0; i < text.size(); i++) {
            int code = text.code(i);
            run = kept > 0 && text.code(kept - 1) == code ? run + 1 : 1;
            if (code == ' ' ? run == 1 && kept > 0 : run <= REPEATS_MAX) {
                text.move(kept++, i, code);
            } else if (code != ' ') {
                traces.add(Sign.REPEATED);
            }
        }
        if (kept > 0 && text.code(kept - 1) == ' ') {
            kept--;
        }
        text.truncate(kept);
    }
}
