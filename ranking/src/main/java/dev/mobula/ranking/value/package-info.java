/// From many calibrated heads to one number per candidate.
///
/// A [dev.mobula.ranking.value.ValueModel] holds one [dev.mobula.ranking.value.ValueExpression] per surface, written as
/// text and checked against the model's heads when loaded. Open the model first.
@NullMarked
package dev.mobula.ranking.value;

import org.jspecify.annotations.NullMarked;
