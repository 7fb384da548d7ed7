/// What may be found: attributes of an item as columns of numbers, and filters over them.
///
/// A [Filter] is a value that a caller builds; [FilterCompiler] turns it into a loop over the columns of one index.
/// Open [Filter] first.
@NullMarked
package dev.mobula.retrieval.filters;

import org.jspecify.annotations.NullMarked;
