package dev.mobula.actors.safety.rules;

import dev.mobula.actors.safety.PostReading;
import dev.mobula.actors.safety.Subject;
import dev.mobula.ranking.safety.rules.Effect;
import dev.mobula.ranking.safety.rules.EventSchema;
import dev.mobula.ranking.safety.rules.RuleEvent;
import dev.mobula.retrieval.campaign.Links;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.UserEvent;
import dev.mobula.retrieval.store.UserWrite;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/*
 * One form for all that happens, so that one set of rules sees it all: `kind` says what it is. A post and an edit are
 * about the item, an act about who acted, a report about what was reported. What a kind does not have is 0 or empty.
 */
/// Something that happened, as rules see it, and whom their effects are for.
///
/// @param subject what it made or is about
/// @param actor who did it
/// @param author who made the item that it is about, where that is known
record LiveEvent(RuleEvent event, Subject subject, long actor, Optional<Long> author) {
    static final List<String> NUMBERS = List.of("value", "links", "age", "length");
    static final List<String> TEXTS =
            List.of(
                    "kind",
                    "actor",
                    "author",
                    "subject",
                    "surface",
                    "text",
                    "link",
                    "host",
                    "media",
                    "language",
                    "policy");
    static final EventSchema SCHEMA = new EventSchema(NUMBERS, TEXTS);
    static final String POST = "post";
    static final String EDIT = "edit";
    static final String REPORT = "report";

    private static final double DAY_MILLIS = Duration.ofDays(1).toMillis();

    /// What is known of an item.
    private record Words(String text, String link, String media, String language, double age) {
        static final Words NONE = new Words("", "", "", "", 0);

        static Words of(Item item, List<String> texts, long atMillis) {
            String text = PostReading.text(item, texts);
            List<String> links = Links.of(text);
            long since = PostReading.authorSince(item, atMillis);
            return new Words(
                    text,
                    links.isEmpty() ? "" : links.getFirst(),
                    words(item, "media"),
                    words(item, "language"),
                    Math.max(0, atMillis - since) / DAY_MILLIS);
        }

        private static String words(Item item, String attribute) {
            Attribute held = item.attributes().get(attribute);
            return switch (held) {
                case null -> "";
                case Attribute.Text(String text) -> text;
                case Attribute.Words(List<String> all) -> String.join(" ", all);
                case Attribute.Whole(long number) -> Long.toHexString(number);
                case Attribute.Real _ -> "";
            };
        }
    }

    static LiveEvent post(Item item, String kind, List<String> texts, long nowMillis) {
        long at = Math.clamp(item.createdMillis(), 0, nowMillis);
        return of(
                kind.equals(POST) ? at : nowMillis,
                kind,
                item.authorId(),
                Subject.item(item.id()),
                Optional.of(item.authorId()),
                Words.of(item, texts, at),
                1,
                "",
                "");
    }

    /// @param item as it is stored, null where it is not or is not known
    static LiveEvent act(UserEvent told, @Nullable Item item, List<String> texts, long nowMillis) {
        long at = Math.clamp(told.atMillis(), 0, nowMillis);
        return of(
                at,
                told.kind(),
                told.user(),
                Subject.account(told.user()),
                item == null ? Optional.empty() : Optional.of(item.authorId()),
                item == null ? Words.NONE : Words.of(item, texts, at),
                told.value(),
                told.surface(),
                "");
    }

    /// One that follows, blocks, mutes or hides.
    static LiveEvent edge(UserWrite.Connect edge, long nowMillis) {
        return of(
                Math.clamp(edge.sinceMillis(), 0, nowMillis),
                edge.kind().name().toLowerCase(Locale.ROOT),
                edge.user(),
                Subject.account(edge.user()),
                edge.kind().endsAtItem() ? Optional.empty() : Optional.of(edge.target()),
                Words.NONE,
                1,
                "",
                "");
    }

    static LiveEvent report(
            Subject subject, long reporter, String policy, String text, long atMillis) {
        Optional<Long> author =
                subject.kind() == Subject.Kind.ACCOUNT
                        ? Optional.of(subject.id())
                        : Optional.empty();
        Words said = new Words(text, "", "", "", 0);
        return of(atMillis, REPORT, reporter, subject, author, said, 1, "", policy);
    }

    private static LiveEvent of(
            long at,
            String kind,
            long actor,
            Subject subject,
            Optional<Long> author,
            Words words,
            double value,
            String surface,
            String policy) {
        double[] numbers = {
            value, Links.of(words.text()).size(), words.age(), words.text().length()
        };
        String[] texts = {
            kind,
            Long.toString(actor),
            author.map(String::valueOf).orElse(""),
            subject.toString(),
            surface,
            words.text(),
            words.link(),
            Links.host(words.link()),
            words.media(),
            words.language(),
            policy
        };
        return new LiveEvent(new RuleEvent(at, numbers, texts), subject, actor, author);
    }

    String kind() {
        return event.texts()[0];
    }

    String text() {
        return event.texts()[TEXTS.indexOf("text")];
    }

    /// Who bears a label; empty where nobody knows.
    Optional<Subject> bearer(Effect.Whom whom) {
        return switch (whom) {
            case SUBJECT -> Optional.of(subject);
            case ACTOR -> Optional.of(Subject.account(actor));
            case AUTHOR -> author.map(Subject::account);
        };
    }

    /// As a row of a table that a back-test reads.
    Map<String, Object> row() {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("time", event.atMillis());
        for (int i = 0; i < NUMBERS.size(); i++) {
            row.put(NUMBERS.get(i), event.numbers()[i]);
        }
        for (int i = 0; i < TEXTS.size(); i++) {
            row.put(TEXTS.get(i), event.texts()[i]);
        }
        return row;
    }
}
