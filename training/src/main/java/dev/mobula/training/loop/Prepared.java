package dev.mobula.training.loop;

import dev.mobula.training.program.Batch;
import dev.mobula.training.program.Gathered;

/// A batch with its rows, and where the data goes on after it.
record Prepared(Batch batch, Gathered gathered, boolean hasRows, String cursorAfter) {}
