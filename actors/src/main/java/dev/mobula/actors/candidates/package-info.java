/// Where a feed's candidates come from, as a service: every source behind one call, fed by the items, the users and
/// what people do.
///
/// [dev.mobula.actors.candidates.CandidateFinder] is what callers use;
/// [dev.mobula.actors.candidates.CandidateService] holds the sources.
@NullMarked
package dev.mobula.actors.candidates;

import org.jspecify.annotations.NullMarked;
