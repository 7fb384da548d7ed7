/// Campaigns and accounts that act together, watched for in the streams of items and events.
///
/// Open [dev.mobula.actors.safety.campaigns.Campaigns].
@NullMarked
package dev.mobula.actors.safety.campaigns;

import org.jspecify.annotations.NullMarked;
