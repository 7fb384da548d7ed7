package dev.mobula.retrieval.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The links of a text, in one form whatever they are dressed in.
public final class Links {
    private static final Pattern LINK =
            Pattern.compile(
                    "(?:https?://|www\\.)[^\\s<>\"'(){}\\[\\]]{2,2000}|\\b[a-z0-9][a-z0-9-]{1,62}(?:\\.[a-z0-9-]{2,62})*"
                            + "\\.(?:com|net|org|info|biz|xyz|top|shop|site|online|io|co|ru|cn|tk|example)(?:/[^\\s<>\"'(){}\\[\\]]{0,2000})?",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern TRACKING =
            Pattern.compile("(?:utm_[a-z]+|fbclid|gclid|ref|source)=[^&]*&?");
    private static final int LINKS_MAX = 20;

    private Links() {}

    /// At most twenty, each once, in their order.
    public static List<String> of(String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = LINK.matcher(text);
        while (found.size() < LINKS_MAX && matcher.find()) {
            String link = normalised(matcher.group());
            if (!link.isEmpty() && !found.contains(link)) {
                found.add(link);
            }
        }
        return found;
    }

    /// Host and path: no scheme, no `www`, no fragment, no tracking parameters, no end that belongs to the sentence.
    public static String normalised(String link) {
        String rest = link.strip();
        int scheme = rest.indexOf("://");
        rest = scheme < 0 ? rest : rest.substring(scheme + 3);
        int fragment = rest.indexOf('#');
        rest = fragment < 0 ? rest : rest.substring(0, fragment);
        int at = rest.indexOf('@');
        int slash = rest.indexOf('/');
        rest = at >= 0 && (slash < 0 || at < slash) ? rest.substring(at + 1) : rest;
        int end = hostEnd(rest);
        String host = rest.substring(0, end).toLowerCase(Locale.ROOT);
        host = host.startsWith("www.") ? host.substring(4) : host;
        host = host.replaceFirst(":(?:80|443)$", "");
        String path = TRACKING.matcher(rest.substring(end)).replaceAll("");
        return host + path.replaceFirst("[?&/.,;:!]+$", "");
    }

    private static int hostEnd(String rest) {
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (c == '/' || c == '?') {
                return i;
            }
        }
        return rest.length();
    }

    /// A link's host.
    public static String host(String normalised) {
        return normalised.substring(0, hostEnd(normalised));
    }
}
