/// Who posts the same thing together, and who acts together: near-duplicates of canonical texts, campaigns in a stream of
/// posts, dense blocks of accounts and what they act on, long lists of bad links and media.
///
/// Open [dev.mobula.retrieval.campaign.CampaignIndex] for streams, [dev.mobula.retrieval.campaign.DenseBlocks] for accounts,
/// [dev.mobula.retrieval.campaign.NearDuplicates] for a set of texts.
@NullMarked
package dev.mobula.retrieval.campaign;

import org.jspecify.annotations.NullMarked;
