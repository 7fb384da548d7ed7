/// Spaces: other vectors for the items than those they are stored with, made by a bundle's encoder.
///
/// [dev.mobula.actors.spaces.SpaceVectors] are the items' side as a file, [dev.mobula.actors.spaces.UserEncoder] the
/// users', and a [dev.mobula.actors.spaces.SpaceNote] beside a model says which space its bundle searches.
@NullMarked
package dev.mobula.actors.spaces;

import org.jspecify.annotations.NullMarked;
