/// Models in service: loaded and verified from their folders, several versions at once, swapped by one reference.
///
/// A [dev.mobula.ranking.serving.LiveModel] is one version with working memory for many threads; a
/// [dev.mobula.ranking.serving.Lineup] says which version answers whom; a
/// [dev.mobula.ranking.serving.ShadowComparison] tells how a shadow's scores differ. Open the line-up first.
@NullMarked
package dev.mobula.ranking.serving;

import org.jspecify.annotations.NullMarked;
