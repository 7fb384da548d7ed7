package dev.mobula.training.loop;

/// A run as every process of it understands it: what to train, and how.
public record Plan(Task task, LoopSettings settings) {}
