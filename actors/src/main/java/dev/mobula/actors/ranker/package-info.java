/// Ranking as a service: item features resident, a user and its candidates scored in one call.
///
/// [dev.mobula.actors.ranker.Rankers] is what callers use,
/// [dev.mobula.actors.ranker.RankerService] what runs.
@NullMarked
package dev.mobula.actors.ranker;

import org.jspecify.annotations.NullMarked;
