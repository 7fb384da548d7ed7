/// The command line: what `./mobula` runs.
///
/// Open `Mobula` first; every command is a class of its own below it.
@NullMarked
package dev.mobula.cluster.cli;

import org.jspecify.annotations.NullMarked;
