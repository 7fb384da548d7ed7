/// What it costs to take in what users do, durably, and to ask for it again.
///
/// Open [dev.mobula.cluster.bench.events.EventsBench] first.
@NullMarked
package dev.mobula.cluster.bench.events;

import org.jspecify.annotations.NullMarked;
