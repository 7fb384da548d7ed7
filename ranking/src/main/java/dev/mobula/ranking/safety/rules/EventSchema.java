package dev.mobula.ranking.safety.rules;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The fields of an event that rules may name, and where each lies.
public final class EventSchema {
    /// The most fields.
    public static final int FIELDS_MAX = 1_000;

    private final Map<String, Integer> numbers = new TreeMap<>();
    private final Map<String, Integer> texts = new TreeMap<>();

    /// @param numberFields fields that are numbers, in the order of [RuleEvent#numbers]
    /// @param textFields fields that are texts, in the order of [RuleEvent#texts]
    public EventSchema(List<String> numberFields, List<String> textFields) {
        numberFields.forEach(name -> add(numbers, name));
        textFields.forEach(name -> add(texts, name));
        if (numbers.size() + texts.size() > FIELDS_MAX) {
            throw new RankingException(
                    Code.INVALID_SCHEMA, "fields, must be at most " + FIELDS_MAX);
        }
    }

    private void add(Map<String, Integer> to, String name) {
        if (numbers.containsKey(name) || texts.containsKey(name)) {
            throw new RankingException(Code.INVALID_SCHEMA, "field '" + name + "' is there twice");
        }
        to.put(name, to.size());
    }

    /// The place of a number, or -1.
    int number(String name) {
        return numbers.getOrDefault(name, -1);
    }

    /// The place of a text, or -1.
    int text(String name) {
        return texts.getOrDefault(name, -1);
    }

    List<String> names() {
        List<String> all = new ArrayList<>(numbers.keySet());
        all.addAll(texts.keySet());
        return all;
    }
}
