package dev.mobula.ranking.model.packed;

import dev.mobula.ranking.model.Head;
import dev.mobula.ranking.model.kernels.PackedMatrix;
import java.util.List;

/// One operation of a plan, over the rows of a tile.
sealed interface Step {
    /// Dense layers that read the same input, as one product. `relu` lists the column ranges to clip.
    ///
    /// @param sharedDepth leading inputs that are the same in all rows: their part of the sums is taken once.
    @SuppressWarnings("ArrayRecordComponent") // written once by the compiler of the plan
    record Product(
            int index,
            PackedMatrix weights,
            float[] bias,
            Region input,
            Region output,
            int sharedDepth,
            List<Region> relu)
            implements Step {}

    /// `product = base * product + x`.
    record Cross(Region base, Region x, Region product) implements Step {}

    record Mixture(Region gate, List<Region> experts, Region output) implements Step {
        public Mixture {
            experts = List.copyOf(experts);
        }
    }

    record Concat(List<Region> inputs, Region output) implements Step {
        public Concat {
            inputs = List.copyOf(inputs);
        }
    }

    record Sum(List<Region> inputs, Region output) implements Step {
        public Sum {
            inputs = List.copyOf(inputs);
        }
    }

    record Normalize(Region input, Region output) implements Step {}

    /// Column `head` of the scores.
    record Output(Region logit, int head, Head.Link link) implements Step {}

    /// An encoder's output.
    record Copy(Region from) implements Step {}
}
