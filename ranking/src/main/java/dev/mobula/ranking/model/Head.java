package dev.mobula.ranking.model;

/// One output of a model: a layer of width 1 and the link that turns its logit into a score.
public record Head(String name, String layer, Link link) {
    /// Range of a score.
    public enum Link {
        /// A probability.
        SIGMOID,
        /// A quantity, such as seconds of dwell.
        IDENTITY
    }
}
