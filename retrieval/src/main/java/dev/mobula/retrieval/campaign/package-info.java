/// Who posts the same thing together: near-duplicates of canonical texts.
///
/// Shingles and MinHash bands propose pairs, which are verified; open
/// [dev.mobula.retrieval.campaign.NearDuplicates].
@NullMarked
package dev.mobula.retrieval.campaign;

import org.jspecify.annotations.NullMarked;
