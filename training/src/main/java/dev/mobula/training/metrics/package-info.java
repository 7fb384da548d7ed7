/// How good a ranking or a score is: recall, NDCG, precision, average precision, coverage, AUC.
///
/// Plain functions over primitive arrays, defined as the published tables define them. Open [RankingMetrics] first.
@NullMarked
package dev.mobula.training.metrics;

import org.jspecify.annotations.NullMarked;
