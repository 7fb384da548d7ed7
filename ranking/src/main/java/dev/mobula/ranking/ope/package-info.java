/// What another policy would have earned, from logs of the one that ran.
///
/// A [dev.mobula.ranking.ope.BanditLog] holds rounds with the probabilities they were drawn with;
/// [dev.mobula.ranking.ope.OffPolicyEvaluator] estimates a policy's value from it with intervals, or refuses. Slates
/// have estimators of their own in [dev.mobula.ranking.ope.SlateEvaluator]. Open the evaluator first.
@NullMarked
package dev.mobula.ranking.ope;

import org.jspecify.annotations.NullMarked;
