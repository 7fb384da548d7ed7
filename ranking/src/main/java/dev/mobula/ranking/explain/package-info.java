/// Why a candidate stands where it stands.
///
/// An [dev.mobula.ranking.explain.Explanation] follows one candidate from its features to its place on the page; it is
/// data, and prints itself. A [dev.mobula.ranking.explain.Counterfactual] is the page under other value weights. Open the
/// explanation first.
@NullMarked
package dev.mobula.ranking.explain;

import org.jspecify.annotations.NullMarked;
