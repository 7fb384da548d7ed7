/// Speed of ranking: scoring the reference model beside its Python peers, and the stages around it.
///
/// Open [dev.mobula.cluster.bench.rank.RankBench] first.
@NullMarked
package dev.mobula.cluster.bench.rank;

import org.jspecify.annotations.NullMarked;
