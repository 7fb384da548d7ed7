package dev.mobula.actors.safety;

import dev.mobula.retrieval.store.Label;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Topics that items are labelled with: `topic:sport:football` is football, and sport too.
public final class Topics {
    private static final String PREFIX = "topic:";
    private static final char LEVEL = ':';

    private Topics() {}

    /// The topics of some labels, each before what it is part of, without the prefix.
    public static List<String> of(Collection<Label> labels) {
        List<String> topics = new ArrayList<>();
        for (Label label : labels) {
            String rest =
                    label.value().startsWith(PREFIX)
                            ? label.value().substring(PREFIX.length())
                            : "";
            while (!rest.isEmpty()) {
                topics.add(rest);
                rest = rest.substring(0, Math.max(0, rest.lastIndexOf(LEVEL)));
            }
        }
        return topics;
    }
}
