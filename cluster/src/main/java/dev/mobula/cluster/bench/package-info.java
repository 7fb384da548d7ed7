/// The benchmarks that `./mobula bench` offers.
///
/// Open `Bench` first; `Benches` lists them.
@NullMarked
package dev.mobula.cluster.bench;

import org.jspecify.annotations.NullMarked;
