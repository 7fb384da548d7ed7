package dev.mobula.training.checkpoint;

import java.nio.file.Path;

/// A checkpoint that was verified: every file is as its manifest says.
public record Checkpoint(Path folder, Manifest manifest) {}
