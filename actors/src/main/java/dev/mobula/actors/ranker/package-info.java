/// Ranking as a service: items resident, users and their candidates scored in one call, several model versions alive.
///
/// [dev.mobula.actors.ranker.Rankers] is what callers use. Behind it every
/// [dev.mobula.actors.ranker.RankerService] follows the item shards into columns and scores with the
/// models of its line-up.
@NullMarked
package dev.mobula.actors.ranker;

import org.jspecify.annotations.NullMarked;
