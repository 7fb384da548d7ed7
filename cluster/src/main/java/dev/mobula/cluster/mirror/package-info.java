/// Training runs shown elsewhere: an MLflow server that follows a run through its REST interface.
///
/// Open [MlflowMirror] first.
@NullMarked
package dev.mobula.cluster.mirror;

import org.jspecify.annotations.NullMarked;
