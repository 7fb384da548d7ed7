/// Tables to learn from: frozen, fingerprinted, read in a seeded order that can be taken up again at any row.
///
/// A [Dataset] is a finished log; [ShuffledReader] gives its rows, [EventJoin] makes one from an event log,
/// [ColumnProfile] and [Drift] tell what is in it and how two differ. Open [Dataset] first.
@NullMarked
package dev.mobula.training.dataset;

import org.jspecify.annotations.NullMarked;
