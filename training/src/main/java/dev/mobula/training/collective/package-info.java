/// What the workers of a run do together: sum, gather, scatter, in an order that never changes.
///
/// Open [dev.mobula.training.collective.Collective] first.
@NullMarked
package dev.mobula.training.collective;

import org.jspecify.annotations.NullMarked;
