/// What a benchmark or an evaluation found: tables for people, one JSON object for machines.
///
/// Open `Report` first; `Check` is one target and whether this very run held it.
@NullMarked
package dev.mobula.cluster.report;

import org.jspecify.annotations.NullMarked;
