package dev.mobula.cluster.bench.rank;

import dev.mobula.ranking.features.Feature;
import dev.mobula.ranking.features.FeatureBatch;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.ranking.features.ItemColumns;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.model.InputAssembler;
import dev.mobula.ranking.model.ModelInput;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.ReferenceModel;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/// One request against the reference model: a user, resident items, 500 of them as candidates.
final class RankRequest {
    static final int CANDIDATES = 500;
    static final long NOW_SECONDS = 1_700_000_000L;

    private static final int ITEMS = 100_000;
    private static final long SEED = 7;

    private final RankingModel model = ReferenceModel.create(SEED);
    private final ItemColumns columns = new ItemColumns(model.layout(), ITEMS);
    private final int[] user;
    private final long[] candidates;

    RankRequest() {
        SplittableRandom random = new SplittableRandom(SEED);
        FeatureLayout layout = model.layout();
        for (long id = 0; id < ITEMS; id++) {
            columns.upsert(id, layout.encodeItem(values(Side.ITEM, random)));
        }
        this.user = layout.encodeUser(values(Side.USER, random));
        this.candidates = random.longs(0, ITEMS).distinct().limit(CANDIDATES).toArray();
    }

    private Map<String, FeatureValue> values(Side side, SplittableRandom random) {
        Map<String, FeatureValue> values = new HashMap<>();
        for (Feature feature : model.layout().schema().features()) {
            if (feature instanceof Feature.Dense it && it.side() == side) {
                values.put(it.name(), new FeatureValue.Amount(random.nextDouble(-1, 1)));
            } else if (feature instanceof Feature.Categorical it && it.side() == side) {
                values.put(it.name(), new FeatureValue.Id(random.nextInt(10_000)));
            }
        }
        return values;
    }

    RankingModel model() {
        return model;
    }

    ItemColumns columns() {
        return columns;
    }

    int[] user() {
        return user;
    }

    long[] candidates() {
        return candidates;
    }

    /// Gathers and assembles into reused memory, as a ranker does.
    Runnable assembly(FeatureBatch batch, InputAssembler assembler, ModelInput input) {
        return () -> {
            batch.begin(user, NOW_SECONDS);
            batch.gather(columns, candidates);
            assembler.fill(batch, input);
        };
    }

    /// The model's input for this request.
    ModelInput input() {
        InputAssembler assembler = new InputAssembler(model);
        ModelInput input = assembler.newInput(CANDIDATES);
        assembly(new FeatureBatch(model.layout(), CANDIDATES), assembler, input).run();
        return input;
    }
}
