/// The reference engine: PyTorch through DJL, running TorchScript that Java writes or Python saved.
///
/// Open [dev.mobula.ranking.model.torch.TorchScorer] first.
@NullMarked
package dev.mobula.ranking.model.torch;

import org.jspecify.annotations.NullMarked;
