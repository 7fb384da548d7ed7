/// Data from outside: interaction and graph files, gzip or plain, and the ways to split them.
///
/// What a file holds wrongly is counted and set aside up to a limit; beyond it the file is refused with its name, line,
/// field and value. Open [InteractionFiles] first.
@NullMarked
package dev.mobula.training.data;

import org.jspecify.annotations.NullMarked;
