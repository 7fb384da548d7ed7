package dev.mobula.ranking.safety.rules;

import dev.mobula.ranking.safety.rules.Lexer.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/*
 * A counter is updated once per event before any rule reads it, whether or not a rule's condition comes to it: what a
 * rule sees does not depend on the order of its words. Calls of the same words share one counter.
 */
/// What rules may call: counters, sets, labels, models, and a few functions of texts.
final class Functions {
    private static final int SITES_MAX = 10_000;
    private static final long WINDOW_MILLIS_MIN = 1_000;
    private static final long WINDOW_MILLIS_MAX = 366L * 86_400_000;

    private final List<Site> sites = new ArrayList<>();
    private final Map<String, Integer> siteOf = new HashMap<>();

    /// One counter of the rules.
    record Site(
            String words,
            int number,
            Function<Run, String> key,
            Function<Run, String> value,
            boolean distinct,
            long windowMillis) {
        void count(Run run) {
            run.counters()
                    .add(
                            number,
                            key.apply(run),
                            windowMillis,
                            run.event().atMillis(),
                            distinct,
                            distinct ? hash(value.apply(run)) : 0);
        }

        private static long hash(String text) {
            long hash = 0xcbf29ce484222325L;
            for (int i = 0; i < text.length(); i++) {
                hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
            }
            return hash;
        }
    }

    List<Site> sites() {
        return sites;
    }

    /// @param words the call as it is written, by which equal calls are known
    Expr call(Token name, String words, List<Expr> arguments) {
        return switch (name.text()) {
            case "count" -> counter(name, words, arguments, false, false);
            case "velocity" -> counter(name, words, arguments, false, true);
            case "distinct" -> counter(name, words, arguments, true, false);
            case "score" -> {
                Function<Run, String> model = text(name, arguments, 0, 2);
                Function<Run, String> text = text(name, arguments, 1, 2);
                yield new Expr.Amount(run -> run.facts().score(model.apply(run), text.apply(run)));
            }
            case "in_set" -> {
                Function<Run, String> set = text(name, arguments, 0, 2);
                Function<Run, String> member = text(name, arguments, 1, 2);
                yield new Expr.Truth(run -> run.facts().inSet(set.apply(run), member.apply(run)));
            }
            case "has_label" -> {
                Function<Run, String> subject = text(name, arguments, 0, 2);
                Function<Run, String> label = text(name, arguments, 1, 2);
                yield new Expr.Truth(
                        run -> run.facts().label(subject.apply(run), label.apply(run)));
            }
            case "campaign" -> {
                Function<Run, String> text = text(name, arguments, 0, 1);
                yield new Expr.Amount(run -> run.facts().campaign(text.apply(run)));
            }
            case "graph_score" -> {
                Function<Run, String> actor = text(name, arguments, 0, 1);
                yield new Expr.Amount(run -> run.facts().graphScore(actor.apply(run)));
            }
            case "contains" -> {
                Function<Run, String> whole = text(name, arguments, 0, 2);
                Function<Run, String> part = text(name, arguments, 1, 2);
                yield new Expr.Truth(run -> whole.apply(run).contains(part.apply(run)));
            }
            case "length" -> {
                Function<Run, String> text = text(name, arguments, 0, 1);
                yield new Expr.Amount(run -> text.apply(run).length());
            }
            default ->
                    throw name.wrong(
                            "'"
                                    + name.text()
                                    + "' is no function; there are count, velocity, distinct, score,"
                                    + " in_set, has_label, campaign, graph_score, contains, length");
        };
    }

    private Expr counter(
            Token name, String words, List<Expr> arguments, boolean distinct, boolean rate) {
        int wanted = distinct ? 3 : 2;
        Function<Run, String> key = text(name, arguments, 0, wanted);
        Function<Run, String> value = distinct ? text(name, arguments, 1, wanted) : key;
        if (!(arguments.getLast() instanceof Expr.Span(long window))
                || window < WINDOW_MILLIS_MIN
                || window > WINDOW_MILLIS_MAX) {
            throw name.wrong("its last argument must be a span of time of 1s to 366d");
        }
        Integer known = siteOf.get(words);
        int number = known == null ? sites.size() : known;
        if (known == null) {
            if (number == SITES_MAX) {
                throw name.wrong("there are over " + SITES_MAX + " counters");
            }
            siteOf.put(words, number);
            sites.add(new Site(words, number, key, value, distinct, window));
        }
        double unit = rate ? window / 1_000.0 : 1;
        if (distinct) {
            return new Expr.Amount(
                    run ->
                            run.counters()
                                    .distinct(
                                            number,
                                            key.apply(run),
                                            window,
                                            run.event().atMillis()));
        }
        return new Expr.Amount(
                run ->
                        run.counters().count(number, key.apply(run), window, run.event().atMillis())
                                / unit);
    }

    private static Function<Run, String> text(
            Token name, List<Expr> arguments, int place, int wanted) {
        if (arguments.size() != wanted) {
            throw name.wrong(
                    "'%s' wants %d arguments, not %d"
                            .formatted(name.text(), wanted, arguments.size()));
        }
        if (arguments.get(place) instanceof Expr.Text(var text)) {
            return text;
        }
        throw name.wrong(
                "argument %d of '%s' must be a text, not a %s"
                        .formatted(place + 1, name.text(), arguments.get(place).kind()));
    }
}
