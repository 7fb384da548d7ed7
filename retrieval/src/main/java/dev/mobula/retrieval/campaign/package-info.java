/// Who posts the same thing together: near-duplicates of canonical texts, campaigns of them in a window of time, and
/// statistics of accounts that act together.
///
/// Open [dev.mobula.retrieval.campaign.NearDuplicates] for a set of texts at rest,
/// [dev.mobula.retrieval.campaign.Campaigns] for a stream.
@NullMarked
package dev.mobula.retrieval.campaign;

import org.jspecify.annotations.NullMarked;
