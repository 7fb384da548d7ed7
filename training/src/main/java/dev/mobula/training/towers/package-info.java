/// Two towers: a person's vector from what they had, an item's from what it is, near each other where they belong together.
///
/// Open [dev.mobula.training.towers.TwoTowerTask] first.
@NullMarked
package dev.mobula.training.towers;

import org.jspecify.annotations.NullMarked;
