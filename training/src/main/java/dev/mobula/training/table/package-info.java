/// Embedding tables off heap: rows by 64-bit key, with their optimizer's state, made when a key first comes.
///
/// Open [dev.mobula.training.table.TableSpec] first, then [dev.mobula.training.table.Tables].
@NullMarked
package dev.mobula.training.table;

import org.jspecify.annotations.NullMarked;
