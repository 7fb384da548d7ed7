/// Metrics of this process and of others, brought together on one Prometheus page.
///
/// Open [dev.mobula.actors.metrics.ProcessMetrics] first.
@NullMarked
package dev.mobula.actors.metrics;

import org.jspecify.annotations.NullMarked;
