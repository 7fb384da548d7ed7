/// `./mobula evaluate multitask`: census income and marriage, predicted together and apart.
///
/// Open `MultitaskJudge` first.
@NullMarked
package dev.mobula.cluster.evaluate.multitask;

import org.jspecify.annotations.NullMarked;
