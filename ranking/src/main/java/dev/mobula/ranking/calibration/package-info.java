/// From scores to probabilities one can add up.
///
/// A [dev.mobula.ranking.calibration.Calibration] maps one head's scores; [dev.mobula.ranking.calibration.Calibrators]
/// holds those of a model; [dev.mobula.ranking.calibration.Reliability] says how well they hold. Open the first.
@NullMarked
package dev.mobula.ranking.calibration;

import org.jspecify.annotations.NullMarked;
