package dev.mobula.ranking.exploration;

import dev.mobula.ranking.page.PageRules;
import dev.mobula.ranking.page.Slate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Fills the exploration slots of a page: each is one draw, pinned to its place and logged with its exact probability.
///
/// A slot draws from its distribution given the arms that can be shown: in the pool, not filtered, and in no slot
/// before. So the probability that is logged is the one the draw had. A slot without such an arm stays as it is.
public final class ExplorationSlots {
    private ExplorationSlots() {}

    /// A place from 0, and what is to be drawn for it.
    public record Slot(int position, ArmDistribution distribution) {}

    /// What to log of a slot: the distribution it was drawn from, the arm, and its probability.
    public record Shown(int position, ArmDistribution drawnFrom, long arm, double probability) {}

    /// The page with its slots filled.
    public record Explored(Slate slate, List<Shown> shown) {
        public Explored {
            shown = List.copyOf(shown);
        }
    }

    /// Fills the slots in the order given. A place beyond the page, or that a slot before has, is left out.
    public static Explored fill(Slate page, List<Slot> slots, SplittableRandom random) {
        SortedMap<Integer, Long> drawn = new TreeMap<>();
        List<Shown> shown = new ArrayList<>();
        for (Slot slot : slots) {
            if (slot.position() < page.selected().length && !drawn.containsKey(slot.position())) {
                slot.distribution()
                        .given(arm -> !drawn.containsValue(arm) && page.canShow(arm))
                        .ifPresent(
                                arms -> {
                                    Shown draw = draw(slot.position(), arms, random);
                                    drawn.put(draw.position(), draw.arm());
                                    shown.add(draw);
                                });
            }
        }
        return new Explored(page.then(PageRules.pinAll(drawn, "explore")), shown);
    }

    private static Shown draw(int position, ArmDistribution arms, SplittableRandom random) {
        ArmDistribution.Draw draw = arms.draw(random);
        return new Shown(position, arms, draw.arm(), draw.probability());
    }
}
