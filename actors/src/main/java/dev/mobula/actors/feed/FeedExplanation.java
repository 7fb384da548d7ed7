package dev.mobula.actors.feed;

import dev.mobula.ranking.explain.Counterfactual;
import dev.mobula.ranking.explain.Explanation;
import java.util.Optional;

/// A page, why one of its places is what it is, and the page under other value weights when those were asked for.
public record FeedExplanation(
        FeedPage page, Explanation place, Optional<Counterfactual> counterfactual) {}
