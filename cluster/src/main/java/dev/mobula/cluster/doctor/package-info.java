/// What this machine has and lacks, and how to mend it.
///
/// Open `Doctor` first; `Machine` is all that it may ask, so that tests describe a machine.
@NullMarked
package dev.mobula.cluster.doctor;

import org.jspecify.annotations.NullMarked;
