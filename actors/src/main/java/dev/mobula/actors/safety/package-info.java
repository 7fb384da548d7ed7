/// What is known against items and accounts, and what comes of it: labels, reports, reviews and appeals, the record of
/// decisions, campaigns.
///
/// Open [dev.mobula.actors.safety.Labels] for labels.
@NullMarked
package dev.mobula.actors.safety;

import org.jspecify.annotations.NullMarked;
