/// Training a ranker with several heads from the features that were logged when it was served.
///
/// Open [RankerTask] first.
@NullMarked
package dev.mobula.training.ranker;

import org.jspecify.annotations.NullMarked;
