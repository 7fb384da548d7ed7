package dev.mobula.actors.safety;

import dev.mobula.retrieval.store.Label;
import java.nio.charset.StandardCharsets;

/// A label with whom it was given to, and by whom.
///
/// @param label its name, hierarchical by colons, such as `spam` or `topic:sport:football`
/// @param source who gave it; the same source's label of the same name is one label
/// @param confidence how sure the source is; accounts keep none, there it is 1
/// @param expiresMillis [Label#NEVER] for one that holds until it is taken back
public record GivenLabel(
        Subject subject, String label, String source, double confidence, long expiresMillis) {
    private static final int NAME_BYTES_MAX = 60;
    private static final char NEGATION = '!';

    /// This label, or a refusal that names what is wrong with it.
    public GivenLabel sound() {
        requireName("label", label);
        requireName("source", source);
        if (label.charAt(0) == NEGATION) {
            throw new IllegalArgumentException(
                    "label=" + label + " must not begin with !: take the label back instead");
        }
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("confidence=" + confidence + " is outside 0..1");
        }
        return this;
    }

    /// One that holds until it is taken back.
    public static GivenLabel of(Subject subject, String label, String source) {
        return new GivenLabel(subject, label, source, 1, Label.NEVER);
    }

    private static void requireName(String field, String name) {
        boolean isClean =
                name.codePoints()
                        .allMatch(c -> Character.isLetterOrDigit(c) || "!:._@-".indexOf(c) >= 0);
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > NAME_BYTES_MAX || !isClean) {
            throw new IllegalArgumentException(
                    field
                            + "="
                            + name
                            + " must be 1.."
                            + NAME_BYTES_MAX
                            + " bytes of letters, digits and :._@-");
        }
    }

    /// The item's label that says so.
    Label ofItem() {
        return new Label(label, source, (float) confidence, expiresMillis);
    }
}
