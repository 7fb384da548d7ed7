package dev.mobula.training.optimize;

import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.program.ParameterLayout;
import dev.mobula.training.program.ParameterLayout.Slice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The flat vector of parameters with Adam's moments, in native memory, and the step that changes them.
public final class DenseOptimizer {
    private static final int ALIGNMENT_BYTES = 64;

    private final ParameterLayout layout;
    private final DenseSettings settings;
    private final StepKernels kernels;
    private final MemorySegment parameters;
    private final MemorySegment first;
    private final MemorySegment second;

    public DenseOptimizer(
            ParameterLayout layout, DenseSettings settings, StepKernels kernels, Arena arena) {
        this.layout = layout;
        this.settings = settings;
        this.kernels = kernels;
        long bytes = Math.max(1L, layout.size()) * Float.BYTES;
        this.parameters = arena.allocate(bytes, ALIGNMENT_BYTES);
        this.first = arena.allocate(bytes, ALIGNMENT_BYTES);
        this.second = arena.allocate(bytes, ALIGNMENT_BYTES);
    }

    public ParameterLayout layout() {
        return layout;
    }

    public MemorySegment parameters() {
        return parameters;
    }

    /// The moments of the gradients, first and second, each as long as the parameters.
    public List<MemorySegment> moments() {
        return List.of(first, second);
    }

    public DenseSettings settings() {
        return settings;
    }

    /// Changes the parameters by the gradient of a mean loss.
    ///
    /// @param step from 1
    /// @param weight of the batch, which `gradients`, a sum, is divided by
    /// @return the length of the gradient before it was clipped
    public double step(MemorySegment gradients, int step, double weight) {
        if (weight <= 0) {
            return 0;
        }
        double norm = Math.sqrt(kernels.sumOfSquares(gradients, layout.size())) / weight;
        double clip = settings.clipNorm();
        double shorten = clip > 0 && norm > clip ? clip / norm : 1;
        float scale = (float) (shorten / weight);
        double rate = settings.learningRate() * settings.schedule().factor(step);
        List<Slice> slices = layout.slices();
        int from = 0;
        for (int i = 0; i < slices.size(); i++) {
            boolean ends =
                    i + 1 == slices.size()
                            || !slices.get(i + 1).group().equals(slices.get(i).group());
            if (ends) {
                int to = slices.get(i).offset() + slices.get(i).size();
                double groupRate = settings.groupRates().getOrDefault(slices.get(i).group(), 1.0);
                if (groupRate > 0) {
                    kernels.adam(
                            constants(rate * groupRate, step),
                            scale,
                            parameters,
                            gradients,
                            first,
                            second,
                            from,
                            to - from);
                }
                from = to;
            }
        }
        return norm;
    }

    private StepKernels.Adam constants(double rate, int step) {
        return new StepKernels.Adam(
                (float) (rate / (1 - Math.pow(settings.beta1(), step))),
                (float) settings.beta1(),
                (float) settings.beta2(),
                (float) settings.epsilon(),
                (float) Math.sqrt(1 - Math.pow(settings.beta2(), step)),
                (float) (1 - rate * settings.decay()));
    }
}
