package dev.mobula.training.evaluate;

/// What one model reached at telling removed friendships from pairs that never were, and at recommending them.
///
/// @param aucRandom against pairs drawn at random
/// @param aucDegreeMatched against pairs of people with as many friends
public record LinkRow(RankingRow ranking, double aucRandom, double aucDegreeMatched) {}
