package dev.mobula.ranking.explain;

import dev.mobula.ranking.page.Slate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/// The page that the same scores would have made under other value weights.
///
/// @param left what is on the page now and would not be, in its order
public record Counterfactual(String valueExpression, List<Place> page, List<Long> left) {
    public Counterfactual {
        page = List.copyOf(page);
        left = List.copyOf(left);
    }

    /// One place of the other page. `before` is the candidate's place on the real one from 0, -1 off it.
    public record Place(long id, double value, int before) {}

    /// Compares the page that was made with the one that would have been.
    public static Counterfactual of(String valueExpression, Slate real, Slate other) {
        Map<Long, Integer> before = new HashMap<>();
        for (long id : real.page()) {
            before.put(id, before.size());
        }
        List<Place> page = new ArrayList<>();
        for (int index : other.selected()) {
            long id = other.pool().id(index);
            page.add(new Place(id, other.pool().value(index), before.getOrDefault(id, -1)));
        }
        List<Long> left =
                LongStream.of(real.page())
                        .filter(id -> page.stream().noneMatch(place -> place.id() == id))
                        .boxed()
                        .toList();
        return new Counterfactual(valueExpression, page, left);
    }

    /// The page as text.
    public String text() {
        return ExplanationText.of(this);
    }
}
