/// Encoders on disk: what a bundle's part of that role holds.
///
/// Open [dev.mobula.training.encoder.EncoderFolder] first.
@NullMarked
package dev.mobula.training.encoder;

import org.jspecify.annotations.NullMarked;
