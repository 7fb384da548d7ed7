package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;

/// The rules for the names and numbers that callers choose.
final class Names {
    private static final int LENGTH_MAX = 256;
    private static final String MARKS = "_.:{}/@+=-";

    private Names() {}

    /// A name of printable characters that no key of a row can be confused by.
    static String plain(String field, String name) {
        boolean fits = !name.isEmpty() && name.length() <= LENGTH_MAX;
        for (int i = 0; i < name.length() && fits; i++) {
            fits = isPlain(name.charAt(i));
        }
        if (!fits) {
            throw invalid(
                    field,
                    name.length() > LENGTH_MAX ? name.length() + " characters" : name,
                    "must be 1 to " + LENGTH_MAX + " letters, digits or " + MARKS);
        }
        return name;
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || MARKS.indexOf(c) >= 0;
    }

    /// A name that may be left out.
    static String plainOrNone(String field, String name) {
        return name.isEmpty() ? name : plain(field, name);
    }

    static void between(String field, long value, long least, long most) {
        if (value < least || value > most) {
            throw invalid(field, value, "must be " + least + " to " + most);
        }
    }

    static RankingException invalid(String field, Object value, String why) {
        return new RankingException(Code.INVALID_REQUEST, field + "=" + value + ": " + why);
    }
}
