package dev.mobula.training.world;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The topics there are, and the words that texts about them are made of.
public final class Vocabulary {
    /// The topics of every world, in the order of their numbers.
    public static final List<Topic> TOPICS;

    private static final Map<String, List<String>> PHRASES = new HashMap<>();

    static {
        TOPICS = List.copyOf(topics());
        for (String line : lines("phrases.txt")) {
            int colon = line.indexOf(':');
            PHRASES.put(line.substring(0, colon), words(line.substring(colon + 1)));
        }
    }

    private Vocabulary() {}

    /// A topic: its name, the hours in which the freshness of its items halves, its words.
    public record Topic(String name, int freshHours, Map<Language, List<String>> words) {
        public Topic {
            words = Map.copyOf(words);
        }

        List<String> words(Language language) {
            return words.getOrDefault(language, List.of());
        }
    }

    static List<String> phrases(Language language) {
        return PHRASES.getOrDefault(language.code(), List.of());
    }

    static List<String> spam(Language language) {
        return PHRASES.getOrDefault("spam " + language.code(), List.of());
    }

    private static List<Topic> topics() {
        List<Topic> topics = new ArrayList<>();
        List<String> lines = lines("vocabulary.txt");
        int block = 1 + Language.values().length;
        for (int at = 0; at < lines.size(); at += block) {
            List<String> head = words(lines.get(at));
            Map<Language, List<String>> words = new EnumMap<>(Language.class);
            int line = at;
            for (Language language : Language.values()) {
                line++;
                words.put(language, words(lines.get(line).substring(language.code().length() + 1)));
            }
            topics.add(new Topic(head.getFirst(), Integer.parseInt(head.getLast()), words));
        }
        return topics;
    }

    private static List<String> words(String line) {
        return List.of(line.strip().split(" ", -1));
    }

    private static List<String> lines(String resource) {
        try (InputStream in =
                Objects.requireNonNull(Vocabulary.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(resource, unreadable);
        }
    }
}
