/// Experiments: a described run, validated before it starts, recorded while it goes, resumed where it was broken off.
///
/// [RunDescription] says what is trained, a [Recipe] makes a model of it, [Experiment] runs it in a [RunFolder], and
/// [RunReport] shows it. Open [Experiment] first.
@NullMarked
package dev.mobula.training.run;

import org.jspecify.annotations.NullMarked;
