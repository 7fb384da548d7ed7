package dev.mobula.ranking.safety;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/*
 * One look over the text; at each character that can begin something, the something is tried by hand-written steps that
 * never go back further than they came, so the time is linear in practice and bounded by the lengths below. What can be
 * checked is: cards by Luhn's digit, IBANs by their remainder of 97.
 */
/// Finds secrets, personal data and links that can carry data out.
final class SensitiveSpans {
    static final String SECRET = "secret";
    static final String PERSONAL = "personal";
    static final String EXFILTRATION = "exfiltration";

    private static final String[][] TOKENS = {
        // prefix, characters that follow at least, name
        {"AKIA", "16", "aws access key"},
        {"ASIA", "16", "aws access key"},
        {"ghp_", "36", "github token"},
        {"gho_", "36", "github token"},
        {"github_pat_", "22", "github token"},
        {"glpat-", "20", "gitlab token"},
        {"sk-", "20", "api key"},
        {"sk_live_", "16", "payment key"},
        {"rk_live_", "16", "payment key"},
        {"xoxb-", "20", "slack token"},
        {"xoxp-", "20", "slack token"},
        {"AIza", "35", "google key"},
        {"eyJ", "40", "json web token"},
        {"hf_", "30", "model hub token"},
        {"npm_", "36", "registry token"},
    };
    private static final String PRIVATE_KEY = "-----BEGIN ";
    private static final int KEY_CHARS_MAX = 8_192;
    private static final int CARRIED_CHARS_MIN = 24;
    private static final int URL_CHARS_MAX = 4_096;

    private final String text;
    private final List<Found> found = new ArrayList<>();

    private SensitiveSpans(String text) {
        this.text = text;
    }

    /// @param what its kind, never the text itself
    record Found(String category, int start, int end, String what) {}

    /// All that was found, in order, without overlap.
    static List<Found> find(String text) {
        return new SensitiveSpans(text).run();
    }

    private List<Found> run() {
        for (int at = 0; at < text.length(); ) {
            int before = found.size();
            look(at);
            at = found.size() > before ? found.getLast().end() : at + 1;
        }
        return found;
    }

    private void look(int at) {
        char c = text.charAt(at);
        if (c == '@') {
            email(at);
        } else if (c == '-' && text.startsWith(PRIVATE_KEY, at)) {
            privateKey(at);
        } else if (c == 'h' || c == 'H') {
            url(at);
            token(at);
        } else if (isDigit(c) || c == '+') {
            if (startsWord(at)) {
                digits(at);
            }
        } else if (isUpper(c) || isLower(c)) {
            token(at);
            iban(at);
        }
    }

    private void add(String category, int start, int end, String what) {
        int last = found.isEmpty() ? 0 : found.getLast().end();
        if (start >= last && end > start) {
            found.add(new Found(category, start, end, what));
        }
    }

    private void email(int at) {
        int start = at;
        while (start > 0 && at - start < 64 && isMailbox(text.charAt(start - 1))) {
            start--;
        }
        int end = at + 1;
        int dot = -1;
        while (end < text.length() && end - at < 254 && isHost(text.charAt(end))) {
            dot = text.charAt(end) == '.' ? end : dot;
            end++;
        }
        while (end > at + 1 && !isWord(text.charAt(end - 1))) {
            end--;
        }
        if (start < at && dot > at + 1 && end - dot > 2) {
            add(PERSONAL, start, end, "e-mail address");
        }
    }

    private void privateKey(int at) {
        int label = text.indexOf("-----", at + PRIVATE_KEY.length());
        if (label < 0 || label - at > 64 || text.indexOf("PRIVATE KEY", at) != label - 11) {
            return;
        }
        int close = text.indexOf("-----END ", label);
        int tail = close < 0 ? -1 : text.indexOf("-----", close + 9);
        int end = tail < 0 ? text.length() : tail + 5;
        add(SECRET, at, Math.min(end, at + KEY_CHARS_MAX), "private key");
    }

    private void token(int at) {
        if (!startsWord(at)) {
            return;
        }
        for (String[] token : TOKENS) {
            if (text.startsWith(token[0], at)) {
                int end = at + token[0].length();
                while (end < text.length() && isToken(text.charAt(end))) {
                    end++;
                }
                if (end - at - token[0].length() >= Integer.parseInt(token[1])) {
                    add(SECRET, at, end, token[2]);
                    return;
                }
            }
        }
    }

    /// Runs of digits with single blanks, dots or dashes between: cards, phone numbers, social security numbers.
    private void digits(int at) {
        int end = at;
        int count = 0;
        int[] digits = new int[20];
        for (int i = at; i < text.length() && count < digits.length && i - at < 40; i++) {
            char c = text.charAt(i);
            if (isDigit(c)) {
                digits[count++] = c - '0';
                end = i + 1;
            } else if (!(i == at && c == '+') && !(isGap(c) && i - end < 2)) {
                break;
            }
        }
        boolean ends = end == text.length() || !isWord(text.charAt(end));
        if (!ends) {
            return;
        }
        if (count >= 13 && count <= 19 && luhn(digits, count)) {
            add(PERSONAL, at, end, "payment card");
        } else if (end - at == 11 && isSocialSecurity(at)) {
            add(PERSONAL, at, end, "social security number");
        } else if (isPhone(at, end, count)) {
            add(PERSONAL, at, end, "phone number");
        }
    }

    private boolean isSocialSecurity(int at) {
        return text.charAt(at + 3) == '-'
                && text.charAt(at + 6) == '-'
                && isDigit(text.charAt(at))
                && !text.startsWith("000", at)
                && !text.startsWith("666", at);
    }

    /// With a country's code, or in groups as people write them.
    private boolean isPhone(int at, int end, int count) {
        if (text.charAt(at) == '+') {
            return count >= 8 && count <= 15;
        }
        boolean groups = end - at == 12 && count == 10;
        return groups && !isDigit(text.charAt(at + 3)) && !isDigit(text.charAt(at + 7));
    }

    private static boolean luhn(int[] digits, int count) {
        int sum = 0;
        int nonZero = 0;
        for (int i = 0; i < count; i++) {
            int digit = digits[count - 1 - i];
            nonZero |= digit;
            int twice = digit * 2;
            sum += i % 2 == 0 ? digit : twice > 9 ? twice - 9 : twice;
        }
        return nonZero != 0 && sum % 10 == 0;
    }

    private void iban(int at) {
        boolean head =
                at + 15 <= text.length()
                        && isUpper(text.charAt(at))
                        && isUpper(text.charAt(at + 1))
                        && isDigit(text.charAt(at + 2))
                        && isDigit(text.charAt(at + 3))
                        && startsWord(at);
        if (!head) {
            return;
        }
        StringBuilder plain = new StringBuilder();
        int end = at;
        for (int i = at; i < text.length() && plain.length() < 34; i++) {
            char c = text.charAt(i);
            if (isUpper(c) || isDigit(c)) {
                plain.append(c);
                end = i + 1;
            } else if (c != ' ') {
                break;
            }
        }
        // The blank after it may belong to the sentence: the longest that adds up.
        for (int length = plain.length(); length >= 15; length--) {
            if (remainder(plain.substring(4, length) + plain.substring(0, 4)) == 1) {
                int stop = end;
                for (int cut = plain.length(); cut > length; ) {
                    stop--;
                    cut -= text.charAt(stop) == ' ' ? 0 : 1;
                }
                add(PERSONAL, at, stop, "bank account");
                return;
            }
        }
    }

    private static int remainder(String plain) {
        int rest = 0;
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            int value = isDigit(c) ? c - '0' : c - 'A' + 10;
            rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
        }
        return rest;
    }

    /// A link whose query or last step is long enough to carry something.
    private void url(int at) {
        String lower = text.substring(at, Math.min(text.length(), at + 8)).toLowerCase(Locale.ROOT);
        int scheme = lower.startsWith("https://") ? 8 : lower.startsWith("http://") ? 7 : 0;
        if (scheme == 0) {
            return;
        }
        int end = at + scheme;
        int longest = 0;
        int run = 0;
        boolean host = true;
        while (end < text.length() && end - at < URL_CHARS_MAX && isUrl(text.charAt(end))) {
            char c = text.charAt(end++);
            host &= c != '/' && c != '?';
            boolean carried = isToken(c) || c == '%' || c == '+' || c == '=';
            run = !host && carried ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        if (longest >= CARRIED_CHARS_MIN) {
            add(EXFILTRATION, at, end, host(text.substring(at + scheme, end)));
        }
    }

    /// The host of what follows a scheme.
    private static String host(String rest) {
        int end = 0;
        while (end < rest.length() && isHost(rest.charAt(end))) {
            end++;
        }
        return rest.substring(0, end).toLowerCase(Locale.ROOT);
    }

    private boolean startsWord(int at) {
        return at == 0 || !isWord(text.charAt(at - 1));
    }

    private static boolean isWord(char c) {
        return isDigit(c) || isUpper(c) || isLower(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isToken(char c) {
        return isWord(c) || c == '_' || c == '-' || c == '.';
    }

    private static boolean isMailbox(char c) {
        return isWord(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%';
    }

    private static boolean isHost(char c) {
        return isWord(c) || c == '.' || c == '-';
    }

    private static boolean isGap(char c) {
        return c == ' ' || c == '-' || c == '.';
    }

    private static boolean isUrl(char c) {
        return c > ' ' && c < 0x7F && c != '"' && c != '<' && c != '>' && c != ')' && c != ']';
    }
}
