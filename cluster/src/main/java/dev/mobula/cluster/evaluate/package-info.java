/// The evaluations that `./mobula evaluate` offers: models judged on data they have not seen.
///
/// Open `Evaluation` first; `Evaluations` lists them.
@NullMarked
package dev.mobula.cluster.evaluate;

import org.jspecify.annotations.NullMarked;
