/// The Ray clusters that this machine takes part in, and what is written down about them.
///
/// Open `LocalClusters` first: up, join, status and down, as the command line calls them.
@NullMarked
package dev.mobula.cluster.local;

import org.jspecify.annotations.NullMarked;
