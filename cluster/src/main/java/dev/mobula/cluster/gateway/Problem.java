package dev.mobula.cluster.gateway;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An error as its reader gets it (RFC 9457): what is wrong, with which field and value, and what to do.
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        @Nullable String field,
        @Nullable String value,
        @Nullable String hint) {
    static final String CONTENT_TYPE = "application/problem+json";

    // The form of every refusal in the libraries: name=value and then what is wrong with it.
    private static final Pattern NAMED =
            Pattern.compile("^([a-zA-Z][\\w.\\[\\]-]*)=(\\S*?)[:,]? .*", Pattern.DOTALL);

    /// A problem of which the text names field and value, or neither.
    static Problem of(String title, int status, String detail, @Nullable String hint) {
        Matcher named = NAMED.matcher(detail);
        return named.matches()
                ? new Problem(
                        "about:blank", title, status, detail, named.group(1), named.group(2), hint)
                : new Problem("about:blank", title, status, detail, null, null, hint);
    }
}
