/// Copies of an engine's whole state, with a checksum of every file, and back.
///
/// Open [dev.mobula.cluster.backup.StateBackup] first.
@NullMarked
package dev.mobula.cluster.backup;

import org.jspecify.annotations.NullMarked;
