package dev.mobula.actors.feed;

import java.util.ArrayList;
import java.util.List;

/// What a value expression may name: a model's heads, and what the feed knows of every candidate besides.
public final class ValueNames {
    private ValueNames() {}

    /// The heads and, behind them, the feed's own names that are no heads.
    public static List<String> with(List<String> heads) {
        List<String> names = new ArrayList<>(heads);
        Ranking.OURS.stream().filter(name -> !names.contains(name)).forEach(names::add);
        return names;
    }
}
