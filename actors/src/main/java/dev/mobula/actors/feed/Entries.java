package dev.mobula.actors.feed;

import java.util.ArrayList;
import java.util.List;

/// The items of a confirmed page as the reply shows them.
final class Entries {
    private Entries() {}

    static List<FeedPage.Entry> of(Pipeline.Made made) {
        Arrangement page = made.page();
        List<FeedPage.Entry> entries = new ArrayList<>();
        for (int index : page.slate().selected()) {
            Prospect one = page.prospect(index);
            entries.add(
                    new FeedPage.Entry(
                            one.id(),
                            one.facts().author(),
                            one.found().source(),
                            made.found().foundBy(one.at()),
                            one.found().reason().name(),
                            one.found().subject(),
                            one.similarity(),
                            page.ranking().byHead(page.ranked()[index]),
                            page.slate().pool().value(index),
                            page.propensities().getOrDefault(one.id(), 1.0),
                            page.covers().getOrDefault(one.id(), List.of())));
        }
        return entries;
    }
}
