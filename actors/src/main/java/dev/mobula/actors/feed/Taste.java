package dev.mobula.actors.feed;

import dev.mobula.actors.feed.ItemCatalog.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/*
 * The vector is a sum of unit vectors: each item the user did something with, by the weight of what they did (a negative
 * one by a part of it, for what is refused says less of what is wanted), halved every half-life; and a prior of weight one,
 * which is the vector that is known from elsewhere, or else the mean of the items and topics the user chose. Of a user
 * without any of these the direction of all items together is asked for. An older event never outweighs the same newer
 * one, and the first like already turns the vector.
 */
/// What a user is taken to like: a direction among the items, and the items it comes from.
///
/// @param vector among the vectors that items are stored with, of unit length; empty when nothing at all is known
/// @param space where candidates are searched: the bundle's, when its encoder can tell something of the user
/// @param query the vector to search there with, which is `vector` in the usual space
/// @param recent items that spoke for themselves, newest first; owned
@SuppressWarnings("ArrayRecordComponent")
record Taste(float[] vector, long[] recent, String space, float[] query) {
    private static final int EVENTS_MAX = 100;
    private static final int RECENT_MAX = 20;
    private static final double AGAINST = .3;
    private static final String SPACE = "space";
    private static final float[] NONE = {};

    /// A sum of unit vectors of one length.
    private static final class Sum {
        private double[] sum = {};

        void add(float[] vector, double weight) {
            double length = Vectors.length(vector);
            if (length == 0 || (sum.length > 0 && sum.length != vector.length)) {
                return;
            }
            if (sum.length == 0) {
                sum = new double[vector.length];
            }
            for (int i = 0; i < vector.length; i++) {
                sum[i] += weight * vector[i] / length;
            }
        }

        Optional<float[]> direction() {
            return Vectors.unit(sum);
        }
    }

    /// Nothing to go by.
    static Taste unknown() {
        return new Taste(NONE, new long[0], "", NONE);
    }

    static Taste of(Person person, Run run, UserTastes tastes, ItemCatalog catalog) {
        FeedContext context = run.request().context();
        List<Long> chosen = new ArrayList<>(context.items());
        chosen.addAll(person.chosenItems());
        Sum all = new Sum();
        prior(person, context, chosen, tastes, catalog).ifPresent(vector -> all.add(vector, 1));
        double halfLife = run.tuning().halfLifeMillis();
        for (Person.Event event :
                person.events().subList(0, Math.min(EVENTS_MAX, person.events().size()))) {
            Facts item = catalog.find(event.item());
            if (item != null) {
                double age = Math.max(0, run.nowMillis() - event.atMillis());
                double weight = event.weight() < 0 ? AGAINST * event.weight() : event.weight();
                all.add(item.embedding(), weight * Math.pow(.5, age / halfLife));
            }
        }
        float[] vector = all.direction().or(catalog::ofEverything).orElse(NONE);
        long[] recent = recent(person, chosen);
        return encoded(person, chosen, run)
                .map(query -> new Taste(vector, recent, run.serving().space(), query))
                .orElseGet(() -> new Taste(vector, recent, "", vector));
    }

    /// The user's vector in the space of the bundle that answers.
    private static Optional<float[]> encoded(Person person, List<Long> chosen, Run run) {
        Serving serving = run.serving();
        if (serving.encoder().isEmpty()) {
            if (!serving.space().isEmpty()) {
                run.degrade(SPACE, "the encoder of space " + serving.space() + " is not here");
            }
            return Optional.empty();
        }
        List<Long> newestFirst =
                person.events().stream()
                        .filter(event -> event.weight() > 0 && event.item() != 0)
                        .map(Person.Event::item)
                        .limit(EVENTS_MAX)
                        .toList();
        long[] history =
                (newestFirst.isEmpty() ? chosen : newestFirst.reversed())
                        .stream().mapToLong(Long::longValue).toArray();
        return serving.encoder().get().vectorOf(person.user(), history);
    }

    private static Optional<float[]> prior(
            Person person,
            FeedContext context,
            List<Long> chosen,
            UserTastes tastes,
            ItemCatalog catalog) {
        Optional<float[]> known = tastes.tasteOf(person.user());
        if (known.isPresent()) {
            return known;
        }
        Sum wanted = new Sum();
        for (long id : chosen) {
            Facts item = catalog.find(id);
            if (item != null) {
                wanted.add(item.embedding(), 1);
            }
        }
        List<String> topics = new ArrayList<>(context.topics());
        topics.addAll(person.topics());
        for (String topic : topics) {
            catalog.ofTopic(topic).ifPresent(centre -> wanted.add(centre, 1));
        }
        return wanted.direction();
    }

    private static long[] recent(Person person, List<Long> chosen) {
        long[] liked =
                person.events().stream()
                        .filter(event -> event.weight() > 0 && event.item() != 0)
                        .mapToLong(Person.Event::item)
                        .distinct()
                        .limit(RECENT_MAX)
                        .toArray();
        return liked.length > 0
                ? liked
                : chosen.stream().mapToLong(Long::longValue).limit(RECENT_MAX).toArray();
    }
}
