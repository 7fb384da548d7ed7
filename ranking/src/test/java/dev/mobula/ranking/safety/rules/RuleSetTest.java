package dev.mobula.ranking.safety.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.RankingException;
import dev.mobula.testing.Seeds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class RuleSetTest {
    private static final EventSchema SCHEMA =
            new EventSchema(List.of("links", "age"), List.of("author", "text"));

    private static RuleSet parse(String source) {
        return RuleSet.parse(source, SCHEMA);
    }

    private static RuleEvent event(long atMillis, double links, String author, String text) {
        return new RuleEvent(atMillis, new double[] {links, 3}, new String[] {author, text});
    }

    private static List<String> holding(RuleSet rules, WindowCounters counters, RuleEvent event) {
        List<String> names = new ArrayList<>();
        rules.evaluate(
                event,
                Facts.NONE,
                counters,
                (rule, effects, stopped) ->
                        names.add(rules.names().get(rule) + (stopped ? " stopped" : "")));
        return names;
    }

    private static boolean truth(String condition) {
        RuleSet rules = parse("rule r { when " + condition + " then verdict(\"x\") }");
        return !holding(rules, new WindowCounters(10), event(0, 4, "jo", "buy now")).isEmpty();
    }

    @Test
    void expressionsMeanWhatTheySay() {
        Map<String, Boolean> cases = new TreeMap<>();
        cases.put("1 + 2 * 3 == 7 and not 2 > 3", true);
        cases.put("(1 + 2) * 3 == 7 or event.links < 4", false);
        cases.put("-event.links == 0 - 4 and 8 / 2 / 2 == 2", true);
        cases.put("event.author == \"jo\" and event.author != event.text", true);
        cases.put("contains(event.text, \"now\") and length(event.text) == 7", true);
        cases.put("true and false or not not true", true);
        cases.put("1 / 0 > 5", true);
        cases.forEach((text, value) -> assertThat(truth(text)).as(text).isEqualTo(value));
    }

    @Test
    void whatDoesNotFitIsRefusedWithItsPlace() {
        Map<String, String> bad = new TreeMap<>();
        bad.put("event.nobody > 1", "rules:1:21: an event has no 'nobody'");
        bad.put("event.author > 1", "rules:1:28: '>' cannot compare a text with a number");
        bad.put("event.links", "rules:1:10: what follows 'when' must be true or false");
        bad.put("later > 1", "rules:1:15: 'later' is unknown");
        bad.put("count(event.links, 1m) > 1", "rules:1:15: argument 1 of 'count' must be a text");
        bad.put("count(event.author, 5) > 1", "rules:1:15: its last argument must be a span");
        bad.put("count(event.author) > 1", "rules:1:15: 'count' wants 2 arguments, not 1");
        bad.put("frob(1)", "rules:1:15: 'frob' is no function");
        bad.put("not event.links", "rules:1:15: 'not' wants a truth, not a number");
        bad.put("1 > 2 and 3", "rules:1:21: 'and' wants truths, not a number");
        bad.put("1 ~ 2", "rules:1:17: '~' means nothing here");
        bad.put("event.text == \"open\n", "rules:1:29: the text has no end");
        bad.put("(".repeat(200) + "1", "is nested over 100 deep");
        bad.forEach(
                (condition, reason) ->
                        assertThatThrownBy(() -> truth(condition))
                                .as(condition)
                                .isInstanceOf(RankingException.class)
                                .hasMessageContaining(reason));
    }

    @Test
    void aNameHasOneValueAndIsUsedOnlyAfterIt() {
        assertThatThrownBy(() -> parse("let a = 1\nlet a = 2"))
                .hasMessageContaining("rules:2:5: 'a' has a value already");
        assertThatThrownBy(() -> parse("let a = b\nlet b = a"))
                .hasMessageContaining("rules:1:9: 'b' is unknown");
        assertThatThrownBy(() -> parse("let a = a + 1")).hasMessageContaining("'a' is unknown");
        assertThatThrownBy(
                        () ->
                                parse(
                                        """
                                        rule r { when true then verdict("x") }
                                        rule r { when true then verdict("x") }
                                        """))
                .hasMessageContaining("rules:2:6: rule 'r' is there twice");
    }

    @Test
    void countersAgreeWithAnExactWindowToWithinOnePart() {
        Seeds.forAll(
                50,
                random -> {
                    RuleSet rules =
                            parse(
                                    """
                                    rule many { when count(event.author, 16s) > 5 then verdict("x") }
                                    rule wide {
                                      when distinct(event.author, event.text, 16s) > 3
                                      then verdict("x")
                                    }
                                    """);
                    WindowCounters counters = new WindowCounters(100);
                    Deque<RuleEvent> recent = new ArrayDeque<>();
                    long now = 1_000_000;
                    for (int i = 0; i < 400; i++) {
                        now += random.nextInt(3_000);
                        RuleEvent event =
                                event(now, 1, "a" + random.nextInt(3), "t" + random.nextInt(6));
                        recent.add(event);
                        List<String> held = holding(rules, counters, event);
                        long from = Math.floorDiv(now, 1_000) - 15;
                        recent.removeIf(e -> Math.floorDiv(e.atMillis(), 1_000) < from);
                        long count =
                                recent.stream()
                                        .filter(e -> e.texts()[0].equals(event.texts()[0]))
                                        .count();
                        Set<String> texts = new HashSet<>();
                        recent.stream()
                                .filter(e -> e.texts()[0].equals(event.texts()[0]))
                                .forEach(e -> texts.add(e.texts()[1]));
                        assertThat(held.contains("many")).isEqualTo(count > 5);
                        assertThat(held.contains("wide")).isEqualTo(texts.size() > 3);
                    }
                });
    }

    @Test
    void counterIsUpdatedWhateverStandsBeforeIt() {
        RuleSet rules =
                parse("rule r { when false or count(event.author, 1h) > 2 then verdict(\"x\") }");
        RuleSet guarded =
                parse(
                        """
                        rule r {
                          when event.links > 9 and count(event.author, 1h) > 2
                          then verdict("x")
                        }
                        """);
        assertThat(rules.counters()).isEqualTo(1);
        WindowCounters counters = new WindowCounters(10);
        for (int i = 0; i < 2; i++) {
            assertThat(holding(guarded, counters, event(i, 1, "jo", ""))).isEmpty();
        }
        assertThat(holding(guarded, counters, event(3, 10, "jo", ""))).containsExactly("r");
    }

    @Test
    void equalCallsShareACounterAndNamesOfARuleDoNot() {
        RuleSet rules =
                parse(
                        """
                        let n = count(event.author, 1m)
                        rule a { when n > 1 then verdict("x") }
                        rule b { when count(event.author, 1m) > 2 then verdict("x") }
                        rule c { let k = event.text when count(k, 1m) > 1 then verdict("x") }
                        rule d { let k = event.author when count(k, 1m) > 1 then verdict("x") }
                        """);
        assertThat(rules.counters()).isEqualTo(3);
    }

    @Test
    void aRuleThatTouchesTooMuchStopsItselfUntilItIsReset() {
        RuleSet rules =
                parse(
                        """
                        rule daily { when true then label("spam", 7d) limit 3 per day }
                        rule share {
                          when event.links > 0
                          then label("spam", 7d)
                          limit 999999 per day, 10 %
                        }
                        """);
        WindowCounters counters = new WindowCounters(10);
        for (int i = 0; i < 3; i++) {
            assertThat(holding(rules, counters, event(i, 0, "jo", ""))).containsExactly("daily");
        }
        assertThat(holding(rules, counters, event(4, 0, "jo", "")))
                .containsExactly("daily stopped");
        assertThat(rules.stopped(0)).isEqualTo("4 actions today, at most 3");
        rules.reset(0);
        assertThat(holding(rules, counters, event(5, 0, "jo", ""))).containsExactly("daily");
        int acted = 0;
        for (int i = 0; i < 3_000; i++) {
            acted += holding(rules, counters, event(6, i % 5, "jo", "")).contains("share") ? 1 : 0;
        }
        assertThat(acted).isLessThan(1_000);
        assertThat(rules.stopped(1)).contains("of the last 1000 events, at most 10.0 %");
    }

    @Test
    void noTextOfRulesEverBreaksTheReader() {
        String pieces =
                "rule when then let limit per day ( ) { } \"a\" 1 7d event . author , % < == count or not";
        String[] words = pieces.split(" ", -1);
        Seeds.forAll(
                3_000,
                random -> {
                    StringBuilder text = new StringBuilder();
                    for (int i = random.nextInt(30); i > 0; i--) {
                        text.append(words[random.nextInt(words.length)]).append(' ');
                        if (random.nextInt(20) == 0) {
                            text.append((char) random.nextInt(65_536));
                        }
                    }
                    try {
                        parse(text.toString());
                    } catch (RankingException refused) {
                        assertThat(refused.getMessage()).startsWith("rules:");
                    }
                });
    }

    @Test
    void forgottenKeysKeepTheCountersWithinTheirLimit() {
        RuleSet rules = parse("rule r { when count(event.author, 1h) > 1 then verdict(\"x\") }");
        WindowCounters counters = new WindowCounters(2);
        for (String author : List.of("a", "b", "c")) {
            holding(rules, counters, event(1, 1, author, ""));
        }
        assertThat(holding(rules, counters, event(2, 1, "c", ""))).containsExactly("r");
        assertThat(holding(rules, counters, event(2, 1, "a", ""))).isEmpty();
    }
}
