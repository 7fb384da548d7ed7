/// Scores candidates and arranges them into a page.
///
/// A request flows through `features` (what is known, encoded), `model` (one score per head), `calibration`
/// (scores become probabilities), `value` (probabilities become one number) and `page` (numbers become a slate).
/// `exploration` draws from logged distributions, `ope` judges policies from those logs, `explain` tells why.
/// Open [dev.mobula.ranking.features.FeatureSchema] first.
@NullMarked
package dev.mobula.ranking;

import org.jspecify.annotations.NullMarked;
