/// What is known about a user and an item, in the form a model reads.
///
/// A [dev.mobula.ranking.features.FeatureSchema] declares features; a
/// [dev.mobula.ranking.features.FeatureLayout] compiles it once into rows of 32-bit words. Items live as such rows
/// in [dev.mobula.ranking.features.ItemColumns]; a [dev.mobula.ranking.features.FeatureBatch] gathers those of one
/// request; a [dev.mobula.ranking.features.FeatureVector] is one of them, logged. Open the schema first.
@NullMarked
package dev.mobula.ranking.features;

import org.jspecify.annotations.NullMarked;
