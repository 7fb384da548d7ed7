package dev.mobula.retrieval.canonical;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.ArrayList;
import java.util.List;

/*
 * In this order: what is not seen goes (1); encoded spans are opened into views, each read by the same steps (2); one
 * form, one alphabet where there are lookalikes, one case (3, 4, 5); digits read as letters inside words (6), spaced
 * letters joined (7), repeats squashed (8). The source's range of every character is carried along.
 *
 * Two texts that differ in invisible, bidi, tag and selector characters, full width, lookalikes or ASCII case have the
 * same canonical text: after step 5 they are the same characters, and later steps see nothing else. Decoding is bounded
 * by depth, by the views' number, and by four times the text's length in total.
 */
/// Reads a text as it was meant. It has no state and never fails on any text up to its limit.
public final class Canonicaliser {
    /// The longest text, in characters.
    public static final int CHARS_MAX = 1 << 20;

    /// How deep encodings may lie in each other.
    public static final int DEPTH_MAX = 3;

    /// The most views of one text.
    public static final int VIEWS_MAX = 32;

    private static final int GROWTH_MAX = 4;

    private Canonicaliser() {}

    /// The canonical form of a text.
    public static Canonical read(String text) {
        if (text.length() > CHARS_MAX) {
            throw invalid("text", text.length() + " characters", "must be at most " + CHARS_MAX);
        }
        Reading reading = new Reading(GROWTH_MAX * Math.max(text.length(), 16), text.length());
        return reading.read(Points.of(text), 0);
    }

    /// One text being read: what may still be decoded, and what has been found so far.
    private static final class Reading {
        private final int sourceChars;
        private final List<View> views = new ArrayList<>();
        private int budget;

        Reading(int budget, int sourceChars) {
            this.budget = budget;
            this.sourceChars = sourceChars;
        }

        /// All views, however deep, are listed with the outermost text.
        Canonical read(Points source, int depth) {
            Traces traces = new Traces();
            Hidden hidden = Hidden.strip(source, traces);
            if (depth < DEPTH_MAX) {
                List<Decoded> found = Encodings.find(hidden);
                found.forEach(decoded -> open(decoded, depth + 1));
                traces.add(Sign.ENCODED, (int) found.stream().filter(Decoded::likely).count());
            }
            Points text = Folding.fold(hidden.shown(), traces);
            Tokens.clean(text, traces);
            if (depth > 0) {
                return new Canonical(text, traces, List.of(), sourceChars);
            }
            String whole = text.toString();
            views.removeIf(view -> view.text().text().equals(whole));
            return new Canonical(text, traces, views, sourceChars);
        }

        private void open(Decoded decoded, int depth) {
            int size = decoded.text().size();
            if (size == 0 || size > budget || views.size() >= VIEWS_MAX) {
                return;
            }
            budget -= size;
            boolean unlikelyTurn = decoded.encoding() == View.Encoding.ROT13 && !decoded.likely();
            Canonical text = read(decoded.text(), unlikelyTurn ? DEPTH_MAX : depth);
            boolean seen = views.stream().anyMatch(view -> view.text().text().equals(text.text()));
            if (!text.text().isEmpty() && !seen && views.size() < VIEWS_MAX) {
                Span span = decoded.span();
                views.add(new View(decoded.encoding(), depth, span, text, decoded.likely()));
            }
        }
    }
}
