package dev.mobula.cluster.evaluate.multitask;

import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.training.metrics.Auc;
import dev.mobula.training.ranker.RankerScores;
import dev.mobula.training.ranker.TabularFeatures;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Lines that no model has learned, with what several models of the same tasks say of them, added up.
final class HeldOut {
    private final CensusData census;
    private final int[] lines;
    private final List<FeatureVector> vectors;
    private final List<Integer> tasks;
    private final float[][] sums;
    private final double[] aucs;

    private HeldOut(
            CensusData census, int[] lines, List<FeatureVector> vectors, List<Integer> tasks) {
        this.census = census;
        this.lines = lines;
        this.vectors = vectors;
        this.tasks = tasks;
        this.sums = new float[tasks.size()][lines.length];
        this.aucs = new double[tasks.size()];
    }

    static HeldOut of(
            CensusData census,
            TabularFeatures features,
            CensusData.Part part,
            List<Integer> tasks) {
        int[] lines = census.lines(part);
        List<FeatureVector> vectors =
                IntStream.of(lines)
                        .mapToObj(line -> features.vector(line, census.rows().get(line)))
                        .toList();
        return new HeldOut(census, lines, vectors, tasks);
    }

    /// Adds what one more model says, whose heads are the tasks.
    void add(RankerScores scores) {
        for (int head = 0; head < tasks.size(); head++) {
            float[] given = scores.head(head, vectors);
            aucs[head] += auc(head, given);
            for (int i = 0; i < given.length; i++) {
                sums[head][i] += given[i];
            }
        }
    }

    /// AUC by task of all models together; not a number for a task that they have not.
    double[] auc() {
        return byTask(
                IntStream.range(0, sums.length)
                        .mapToDouble(head -> auc(head, sums[head]))
                        .toArray());
    }

    /// Mean AUC by task of the models, each alone.
    double[] aucOfMember(int models) {
        return byTask(Arrays.stream(aucs).map(sum -> sum / models).toArray());
    }

    private double[] byTask(double[] ofHeads) {
        double[] all = new double[CensusData.TASKS.size()];
        Arrays.fill(all, Double.NaN);
        for (int head = 0; head < ofHeads.length; head++) {
            all[tasks.get(head)] = ofHeads[head];
        }
        return all;
    }

    private double auc(int head, float[] scores) {
        return Auc.of(select(head, scores, true), select(head, scores, false));
    }

    private double[] select(int head, float[] scores, boolean positive) {
        return IntStream.range(0, lines.length)
                .filter(i -> census.labels(lines[i])[tasks.get(head)] > 0 == positive)
                .mapToDouble(i -> scores[i])
                .toArray();
    }
}
