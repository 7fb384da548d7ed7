/// Files of rows on their way into a running engine, batch by batch through its gateway.
///
/// Open [dev.mobula.cluster.load.BulkLoad] first.
@NullMarked
package dev.mobula.cluster.load;

import org.jspecify.annotations.NullMarked;
