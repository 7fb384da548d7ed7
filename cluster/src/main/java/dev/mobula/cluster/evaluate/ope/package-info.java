/// How well off-policy estimates hold: on real logs beside what the policy earned, and on a world whose truth is known.
@NullMarked
package dev.mobula.cluster.evaluate.ope;

import org.jspecify.annotations.NullMarked;
