/// Models over many heads, defined once as a small layer graph and run by two engines.
///
/// A [dev.mobula.ranking.model.LayerGraph] names its layers; `packed` runs it on the Vector API for serving, `torch`
/// runs it through DJL as the reference and for archives made in Python. A [dev.mobula.ranking.model.RankingModel]
/// joins a schema, a graph and [dev.mobula.ranking.model.Weights]; a [dev.mobula.ranking.model.Ranker] scores
/// requests with it. Open the graph first.
@NullMarked
package dev.mobula.ranking.model;

import org.jspecify.annotations.NullMarked;
