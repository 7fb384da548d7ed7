/// The engine on a generated catalogue, to be tried at once.
///
/// Open [dev.mobula.cluster.demo.Demo] first.
@NullMarked
package dev.mobula.cluster.demo;

import org.jspecify.annotations.NullMarked;
