package dev.mobula.ranking.model;

/// What a dense layer applies to its sums.
public enum Activation {
    NONE,
    RELU
}
