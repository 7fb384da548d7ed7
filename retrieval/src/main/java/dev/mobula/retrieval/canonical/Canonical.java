package dev.mobula.retrieval.canonical;

import java.util.ArrayList;
import java.util.List;

/// A text in canonical form, with its way back to the source, what was hidden in it, and the traces of disguise.
public final class Canonical {
    private final String text;
    private final int[] starts;
    private final int[] ends;
    private final Traces traces;
    private final List<View> views;
    private final int sourceChars;

    Canonical(Points points, Traces traces, List<View> views, int sourceChars) {
        StringBuilder characters = new StringBuilder(points.size());
        int[] from = new int[points.chars()];
        int[] to = new int[from.length];
        for (int i = 0; i < points.size(); i++) {
            int code = points.code(i);
            int at = characters.length();
            characters.appendCodePoint(code);
            for (int j = at; j < characters.length(); j++) {
                from[j] = points.start(i);
                to[j] = points.end(i);
            }
        }
        this.text = characters.toString();
        this.starts = from;
        this.ends = to;
        this.traces = traces;
        this.views = List.copyOf(views);
        this.sourceChars = sourceChars;
    }

    public String text() {
        return text;
    }

    /// How often a trace was found, in the text itself and not in its views.
    public int count(Sign sign) {
        return traces.count(sign);
    }

    /// What was hidden in the text, each once, at most [Canonicaliser#VIEWS_MAX].
    public List<View> views() {
        return views;
    }

    /// The characters of the source that a range of the canonical text came from.
    public Span source(int start, int end) {
        if (start < 0 || end > text.length() || start >= end) {
            return new Span(0, 0);
        }
        int first = starts[start];
        int last = ends[start];
        for (int i = start + 1; i < end; i++) {
            first = Math.min(first, starts[i]);
            last = Math.max(last, ends[i]);
        }
        return new Span(first, last);
    }

    /// What a model should read: the views that read like language, and the text itself unless such a view replaces it.
    public List<Canonical> readings() {
        if (views.isEmpty()) {
            return List.of(this);
        }
        List<Canonical> readings = new ArrayList<>();
        boolean replaced = false;
        for (View view : views) {
            if (view.likely()) {
                readings.add(view.text());
                replaced |= replaces(view);
            }
        }
        if (!replaced) {
            readings.addFirst(this);
        }
        return readings;
    }

    /// Nine tenths of a text that are one encoded span say nothing as they stand.
    private boolean replaces(View view) {
        boolean visible =
                view.encoding() != View.Encoding.TAGS && view.encoding() != View.Encoding.SELECTORS;
        return visible && view.source().length() * 10L >= sourceChars * 9L;
    }

    @Override
    public String toString() {
        return text;
    }
}
