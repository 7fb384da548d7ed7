/// What was served and what came of it: append-only logs of Arrow segments that survive a crash at any byte.
///
/// A [SegmentLog] holds rows of any table, an [EventLog] impressions with their features and propensities and the
/// feedback to them, a [LogView] what of it there is to read. Open [SegmentLog] first.
@NullMarked
package dev.mobula.training.log;

import org.jspecify.annotations.NullMarked;
