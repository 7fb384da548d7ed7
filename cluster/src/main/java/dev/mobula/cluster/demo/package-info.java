/// The engine in a simulated world, to be tried at once.
///
/// Open [dev.mobula.cluster.demo.Demo] first.
@NullMarked
package dev.mobula.cluster.demo;

import org.jspecify.annotations.NullMarked;
