/// How messages become bytes and come back: little-endian, length-checked, no Java serialisation.
///
/// Open [dev.mobula.actors.codec.Codec] first; [dev.mobula.actors.codec.MessageReader] is where
/// hostile bytes stop.
@NullMarked
package dev.mobula.actors.codec;

import org.jspecify.annotations.NullMarked;
