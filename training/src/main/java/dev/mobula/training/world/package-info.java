/// Generated worlds to try the engine on: items with topics and quality, users with tastes.
///
/// Open [dev.mobula.training.world.Catalogue] first.
@NullMarked
package dev.mobula.training.world;

import org.jspecify.annotations.NullMarked;
