/// What watching for campaigns costs, and what it brings.
///
/// Open [dev.mobula.cluster.bench.campaign.CampaignStudy].
@NullMarked
package dev.mobula.cluster.bench.campaign;

import org.jspecify.annotations.NullMarked;
