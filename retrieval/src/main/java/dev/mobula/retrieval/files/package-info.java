/// Reads vectors with their ids and attributes from files that others wrote: Arrow IPC, Parquet and NumPy.
///
/// The files come from outside: whatever they hold, the answer is rows or one clear error. Open [VectorFile] first.
@NullMarked
package dev.mobula.retrieval.files;

import org.jspecify.annotations.NullMarked;
