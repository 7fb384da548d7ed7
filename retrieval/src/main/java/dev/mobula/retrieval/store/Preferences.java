package dev.mobula.retrieval.store;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a user chose, or is known of one who has done nothing yet.
///
/// @param labelSettings what to do with items of a label: its name and the setting
/// @param attributes whatever else is known, such as a country
public record Preferences(
        List<String> topics,
        List<String> languages,
        List<Long> chosenItems,
        Map<String, String> labelSettings,
        Map<String, String> attributes) {
    /// Those of a user who chose nothing.
    public static final Preferences NONE =
            new Preferences(List.of(), List.of(), List.of(), Map.of(), Map.of());

    public Preferences {
        topics = List.copyOf(topics);
        languages = List.copyOf(languages);
        chosenItems = List.copyOf(chosenItems);
        labelSettings = Map.copyOf(labelSettings);
        attributes = Map.copyOf(attributes);
    }

    public Preferences withTopics(String... names) {
        return new Preferences(List.of(names), languages, chosenItems, labelSettings, attributes);
    }

    public Preferences withLanguages(String... names) {
        return new Preferences(topics, List.of(names), chosenItems, labelSettings, attributes);
    }

    public Preferences withChosenItems(List<Long> items) {
        return new Preferences(topics, languages, items, labelSettings, attributes);
    }

    public Preferences withLabelSetting(String label, String setting) {
        return new Preferences(
                topics, languages, chosenItems, with(labelSettings, label, setting), attributes);
    }

    public Preferences withAttribute(String name, String value) {
        return new Preferences(
                topics, languages, chosenItems, labelSettings, with(attributes, name, value));
    }

    private static Map<String, String> with(Map<String, String> map, String key, String value) {
        Map<String, String> more = new TreeMap<>(map);
        more.put(key, value);
        return more;
    }

    int entries() {
        return topics.size()
                + languages.size()
                + chosenItems.size()
                + labelSettings.size()
                + attributes.size();
    }
}
