package dev.mobula.actors.safety;

import dev.mobula.retrieval.campaign.Links;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/// An item read as a post: its words, its links, since when its author has been there.
public final class PostReading {
    /// The attribute that says since when an author's account has been there, in milliseconds.
    private static final String AUTHOR_SINCE = "authorSince";

    private static final int CHARS_MAX = 4_000;

    private PostReading() {}

    /// The texts of these attributes, one after the other, cut at 4,000 characters; empty when there is none.
    public static String text(Item item, List<String> attributes) {
        StringJoiner all = new StringJoiner(" ");
        for (String name : attributes) {
            if (item.attributes().get(name) instanceof Attribute.Text(String text)) {
                all.add(text);
            }
        }
        String text = all.toString();
        return text.length() <= CHARS_MAX ? text : text.substring(0, CHARS_MAX);
    }

    /// Each with its host besides: a path of one's own for every copy hides little.
    public static List<String> links(String text) {
        Set<String> all = new LinkedHashSet<>(Links.of(text));
        List.copyOf(all).forEach(link -> all.add(Links.host(link)));
        return List.copyOf(all);
    }

    /// Since when the author's account has been there, or what is told instead where the item does not say.
    public static long authorSince(Item item, long otherwise) {
        return item.attributes().get(AUTHOR_SINCE) instanceof Attribute.Whole(long told)
                ? told
                : otherwise;
    }
}
