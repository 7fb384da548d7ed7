package dev.mobula.training.safety;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/*
 * A line is `NAME: one | other`; a later line of the same name adds alternatives. `$NAME` in an alternative stands for
 * any of that name's; a name in capitals is filled in by the caller. Names that nobody explains and names that come back
 * to themselves are refused when the grammar is read, so writing always ends.
 */
/// Writes texts by rules: attacks and harmless texts that nobody collected.
public final class Grammar {
    /// The most characters of a text.
    public static final int TEXT_CHARS_MAX = 4_096;

    private static final int LINES_MAX = 10_000;

    private final Map<String, List<List<String>>> rules = new LinkedHashMap<>();

    private Grammar() {}

    /// The grammar of orders that are smuggled into what a language model reads: `attack` and `benign`.
    public static Grammar injection() {
        try (InputStream in = Grammar.class.getResourceAsStream("injection.grammar")) {
            if (in == null) {
                throw new IllegalStateException("injection.grammar is not on the class path");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException cause) {
            throw new TrainingException(Code.IO, "injection.grammar: " + cause.getMessage(), cause);
        }
    }

    /// Reads a grammar, or refuses it with the line and the reason.
    public static Grammar parse(String source) {
        Grammar grammar = new Grammar();
        Map<String, Integer> uses = new HashMap<>();
        List<String> lines = source.lines().toList();
        if (lines.size() > LINES_MAX) {
            throw TrainingException.invalid("grammar", lines.size() + " lines", "too many");
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                grammar.add(line, i + 1, uses);
            }
        }
        uses.forEach(
                (name, at) -> {
                    if (!isSlot(name) && !grammar.rules.containsKey(name)) {
                        throw wrong(at, "'$" + name + "' is not explained anywhere");
                    }
                });
        Set<String> ends = new HashSet<>();
        grammar.rules.keySet().forEach(name -> grammar.follow(name, new LinkedHashSet<>(), ends));
        return grammar;
    }

    private static TrainingException wrong(int line, String reason) {
        return TrainingException.invalid("grammar", "line " + line, reason);
    }

    private static boolean isSlot(String name) {
        return name.chars().noneMatch(Character::isLowerCase);
    }

    private void add(String line, int number, Map<String, Integer> uses) {
        int colon = line.indexOf(": ");
        if (colon < 1 || !line.substring(0, colon).matches("[a-z_][a-z_0-9]*")) {
            throw wrong(number, "must be 'name: one | other'");
        }
        List<List<String>> all =
                rules.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>());
        for (String alternative : line.substring(colon + 2).split(" \\| ", -1)) {
            List<String> words = List.of(alternative.strip().split("\\s+"));
            for (String word : words) {
                if (isName(word)) {
                    uses.putIfAbsent(name(word), number);
                }
            }
            all.add(words);
        }
    }

    /// Where a name begins in a word such as `$topic`, `$topic,` or `"$topic"`; -1 when there is none.
    private static int at(String word) {
        int at = word.indexOf('$');
        return at >= 0 && at + 1 < word.length() && Character.isLetter(word.charAt(at + 1))
                ? at
                : -1;
    }

    private static boolean isName(String word) {
        return at(word) >= 0;
    }

    private static String name(String word) {
        int begin = at(word) + 1;
        int end = begin;
        while (end < word.length()
                && (Character.isLetterOrDigit(word.charAt(end)) || word.charAt(end) == '_')) {
            end++;
        }
        return word.substring(begin, end);
    }

    private void follow(String name, Set<String> path, Set<String> ends) {
        if (isSlot(name) || ends.contains(name)) {
            return;
        }
        if (!path.add(name)) {
            throw TrainingException.invalid(
                    "grammar", "'" + name + "'", "comes back to itself: " + path);
        }
        for (List<String> alternative : rules.getOrDefault(name, List.of())) {
            for (String word : alternative) {
                if (isName(word)) {
                    follow(name(word), path, ends);
                }
            }
        }
        path.remove(name);
        ends.add(name);
    }

    public Set<String> names() {
        return Set.copyOf(rules.keySet());
    }

    /// Writes one text.
    ///
    /// @param slots what a name in capitals stands for
    public String write(String name, SplittableRandom random, UnaryOperator<String> slots) {
        if (!rules.containsKey(name)) {
            throw TrainingException.invalid("class", name, "must be one of " + names());
        }
        StringBuilder text = new StringBuilder();
        write(name, random, slots, text);
        return text.toString();
    }

    private void write(
            String name, SplittableRandom random, UnaryOperator<String> slots, StringBuilder text) {
        List<List<String>> all = rules.getOrDefault(name, List.of());
        for (String word : all.get(random.nextInt(all.size()))) {
            int at = at(word);
            if (at < 0) {
                append(text, word);
                continue;
            }
            String inner = name(word);
            String before = word.substring(0, at);
            StringBuilder own = new StringBuilder();
            if (isSlot(inner)) {
                own.append(slots.apply(inner));
            } else if (text.length() < TEXT_CHARS_MAX) {
                write(inner, random, slots, own);
            }
            append(text, before + own + word.substring(at + 1 + inner.length()));
        }
    }

    private static void append(StringBuilder text, String word) {
        if (word.isEmpty() || text.length() + word.length() >= TEXT_CHARS_MAX) {
            return;
        }
        boolean joined = word.length() <= 2 && ".,;?!".indexOf(word.charAt(0)) >= 0;
        text.append(text.isEmpty() || joined ? "" : " ").append(word);
    }
}
