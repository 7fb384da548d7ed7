/// How many messages a person should get: what each more of them adds, what it costs in people who turn them off, and
/// what sending or holding now does to the days after.
///
/// Learned from logs in which chance decided. Open [ResponseCurves] first; [VolumePlanner] puts curves to use, and
/// [ConservativeQ] learns from decisions one after the other.
@NullMarked
package dev.mobula.training.volume;

import org.jspecify.annotations.NullMarked;
