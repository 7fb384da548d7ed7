package dev.mobula.actors.feed;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name of a page: `TIME-SCORING-CHANCE` in hexadecimal digits, so that the log knows where to look for it.
///
/// @param millis when the page was asked for
/// @param key of the features and heads it was scored with, [#UNSCORED] without
record RequestId(long millis, String key) {
    static final String UNSCORED = "00000000";
    static final int TIME_DIGITS = 12;

    private static final Pattern FORM =
            Pattern.compile("([0-9a-f]{12})-([0-9a-f]{8})-[0-9a-f]{16}");
    private static final int KEY_DIGITS = 8;

    /// Eight digits that stand for a schema and its heads.
    static String key(String schema, List<String> heads) {
        String digits = HexFormat.of().toHexDigits(31L * schema.hashCode() + heads.hashCode());
        String key = digits.substring(digits.length() - KEY_DIGITS);
        return key.equals(UNSCORED) ? "00000001" : key;
    }

    /// Nothing for a text that is none.
    static Optional<RequestId> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(
                        new RequestId(
                                HexFormat.fromHexDigitsToLong(matcher.group(1)), matcher.group(2)))
                : Optional.empty();
    }
}
