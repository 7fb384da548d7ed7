package dev.mobula.ranking.serving;

import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.ranking.model.EngineCalibration;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.Scorer;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.PackedScorer;
import dev.mobula.ranking.model.torch.ImportedArchive;
import dev.mobula.ranking.model.torch.TorchRuntime;
import dev.mobula.ranking.model.torch.TorchScorer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes models ready to serve, each with the engine that a calibration finds fastest on this machine.
public final class ModelLoader {
    private static final Logger LOG = LoggerFactory.getLogger(ModelLoader.class);

    private final Kernels kernels;
    private final Set<Engine> engines;
    private final EngineCalibration calibration;
    private final int candidatesMax;

    /// What may compute scores. The packed one always may; it is the reference of the others. libtorch takes part where
    /// it loads.
    public enum Engine {
        PACKED,
        TORCH
    }

    public ModelLoader(
            Kernels kernels,
            Set<Engine> engines,
            EngineCalibration calibration,
            int candidatesMax) {
        this.kernels = kernels;
        this.engines = Set.copyOf(engines);
        this.calibration = calibration;
        this.candidatesMax = candidatesMax;
    }

    /// Verifies and loads a model's folder, or refuses naming what is damaged or does not fit. To be closed.
    public LiveModel load(Path folder) throws IOException {
        if (ModelFolder.hasProgram(folder)) {
            Ranker ranker = ModelFolder.loadProgram(folder, ImportedArchive::load);
            return new LiveModel(ranker, ModelFolder.calibrators(folder), candidatesMax);
        }
        return serve(ModelFolder.load(folder, kernels), ModelFolder.calibrators(folder));
    }

    /// Puts a model with layers of its own on the fastest engine. To be closed.
    public LiveModel serve(RankingModel model, Calibrators calibrators) {
        LayerGraph graph = model.graph().orElseThrow();
        int shared = model.layout().sharedWidth();
        List<Scorer> candidates = new ArrayList<>();
        candidates.add(PackedScorer.of(graph, shared, model.weights(), kernels));
        if (engines.contains(Engine.TORCH) && TorchRuntime.isThere()) {
            candidates.add(TorchScorer.of(graph, model.weights()));
        }
        Scorer chosen = candidates.size() == 1 ? candidates.getFirst() : fastest(model, candidates);
        candidates.stream().filter(candidate -> !candidate.equals(chosen)).forEach(Scorer::close);
        return new LiveModel(new Ranker(model, chosen), calibrators, candidatesMax);
    }

    private Scorer fastest(RankingModel model, List<Scorer> candidates) {
        long start = System.nanoTime();
        EngineCalibration.Choice choice =
                calibration.choose(
                        candidates, model.layout().width(), model.layout().sharedWidth());
        LOG.info(
                "model {} on {} after {} ms of calibration: {}",
                model.version(),
                choice.scorer().identity(),
                (System.nanoTime() - start) / 1_000_000,
                choice.findings());
        return choice.scorer();
    }
}
