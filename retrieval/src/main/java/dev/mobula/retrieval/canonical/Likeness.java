package dev.mobula.retrieval.canonical;

/// Whether letters come as often as they do in English (and roughly in its neighbours): average log-likelihood of the
/// ASCII letters, -2.89 for English, -3.26 for evenly spread letters, about -4 for rotated English.
final class Likeness {
    private static final double LANGUAGE_MIN = -3.12;
    private static final double TURNED_MIN = -3.2;
    private static final double GAIN_MIN = 2.2;
    private static final int LETTERS_MIN = 8;
    private static final int CALLED_PRINTABLE = 9;
    private static final double[] PERCENT = {
        8.17, 1.49, 2.78, 4.25, 12.70, 2.23, 2.02, 6.09, 6.97, .15, .77, 4.03, 2.41,
        6.75, 7.51, 1.93, .10, 5.99, 6.33, 9.06, 2.76, .98, 2.36, .15, 1.97, .07
    };
    private static final double[] LOG = new double[PERCENT.length];

    static {
        for (int i = 0; i < LOG.length; i++) {
            LOG[i] = Math.log(PERCENT[i] / 100);
        }
    }

    private Likeness() {}

    /// Whether the text reads like language once its letters are turned by 13, and did not before. What evenly
    /// spread letters gain by chance grows with the root of their number; the bar grows with it.
    static boolean isRotated(Points text) {
        double plain = 0;
        double turned = 0;
        int letters = 0;
        for (int i = 0; i < text.size(); i++) {
            int letter = (text.code(i) | 0x20) - 'a';
            if (letter >= 0 && letter < LOG.length && text.code(i) < 0x80) {
                plain += LOG[letter];
                turned += LOG[(letter + 13) % LOG.length];
                letters++;
            }
        }
        return letters >= LETTERS_MIN
                && turned > TURNED_MIN * letters
                && turned - plain > GAIN_MIN * Math.sqrt(letters);
    }

    /// Whether a decoded text could have been meant to be read: nearly all of it letters, marks, blanks or common signs.
    static boolean isReadable(Points text) {
        int readable = 0;
        for (int i = 0; i < text.size(); i++) {
            int code = text.code(i);
            boolean plain =
                    code < 0x80
                            ? (code >= ' ' && code < 0x7F) || code == '\n' || code == '\t'
                            : Character.isLetterOrDigit(code)
                                    || Character.getType(code) == Character.OTHER_SYMBOL
                                    || Character.isSpaceChar(code);
            readable += plain ? 1 : 0;
        }
        return readable * 10L >= text.size() * (long) CALLED_PRINTABLE;
    }

    /// Whether short hidden text is words rather than noise.
    static boolean isWords(Points text) {
        double sum = 0;
        int letters = 0;
        for (int i = 0; i < text.size(); i++) {
            int letter = (text.code(i) | 0x20) - 'a';
            if (letter >= 0 && letter < LOG.length && text.code(i) < 0x80) {
                sum += LOG[letter];
                letters++;
            }
        }
        return letters * 10L >= text.size() * 7L && sum > LANGUAGE_MIN * letters;
    }
}
