/// What people who liked this also liked: item models that are counted or solved, not trained.
///
/// All start from an [InteractionMatrix] and answer a history with a score for every item: popularity,
/// co-visitation, the linear graph filter and the closed-form autoencoder. Open [HistoryModel] first.
@NullMarked
package dev.mobula.retrieval.collaborative;

import org.jspecify.annotations.NullMarked;
