package dev.mobula.cluster.evaluate.uplift;

import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.TrainingException;
import dev.mobula.training.uplift.UpliftTrial;
import dev.mobula.training.uplift.UpliftTrial.Added;
import dev.mobula.training.uplift.UpliftTrial.Rule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;

/// Three ways to choose whom an e-mail goes to, each within the same budgets, on a trial of 64,000 people.
///
/// Published for this trial at a tenth of the people: 13.7 ± 4.3 more visits per thousand by uplift, 12.7 by response, 7.7
/// by chance.
public final class UpliftStudy {
    private static final double[] BUDGETS = {0.1, 0.25, 0.5};
    private static final double CHECKED = 0.1;
    private static final double RIDGE = 1;
    private static final int COLUMNS = 12;

    /// Outside quotes: there is an even number of them behind it.
    private static final String COMMA = ",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)";

    private static final List<String> ARMS = List.of("No E-Mail", "Mens E-Mail", "Womens E-Mail");
    private static final List<String> ZIPS = List.of("Urban", "Surburban", "Rural");
    private static final List<String> CHANNELS = List.of("Phone", "Web", "Multichannel");

    private UpliftStudy() {}

    /// Judges the rules on the trial in this file.
    public static Report run(Path file) throws IOException {
        return run(new Report("uplift"), file);
    }

    /// Adds to a report what the rules came to on the trial in this file.
    public static Report run(Report report, Path file) throws IOException {
        List<double[]> features = new ArrayList<>();
        List<Integer> arms = new ArrayList<>();
        List<Boolean> visits = new ArrayList<>();
        read(file, features, arms, visits);
        boolean[] responded = new boolean[visits.size()];
        for (int i = 0; i < responded.length; i++) {
            responded[i] = visits.get(i);
        }
        SplittableRandom random = new SplittableRandom(1);
        UpliftTrial trial =
                new UpliftTrial(
                        features.toArray(double[][]::new),
                        arms.stream().mapToInt(Integer::intValue).toArray(),
                        responded,
                        RIDGE,
                        random);
        Table table =
                Table.of(
                        "budget %",
                        "chosen by", "more visits per 1,000", "± at 95 %", "over chance");
        for (double budget : BUDGETS) {
            double chance = trial.added(Rule.RANDOM, budget, random).perThousand();
            for (Rule rule : Rule.values()) {
                Added added =
                        rule == Rule.RANDOM
                                ? new Added(chance, trial.added(rule, budget, random).margin())
                                : trial.added(rule, budget, random);
                table.row(
                        100 * budget,
                        rule.name(),
                        added.perThousand(),
                        added.margin(),
                        added.perThousand() / chance);
            }
        }
        Added uplift = trial.added(Rule.UPLIFT, CHECKED, random);
        Added better = trial.difference(Rule.UPLIFT, Rule.RESPONSE, CHECKED, random);
        return report.table("e-mail trial of " + visits.size() + " people", table)
                .figure("uplift_visits_per_thousand", uplift.perThousand())
                .figure("uplift_visits_margin", uplift.margin())
                .figure("uplift_over_response_per_thousand", better.perThousand())
                .figure("uplift_over_response_margin", better.margin())
                .check(
                        Check.atLeast(
                                "visits by uplift less those by response, a tenth of the people",
                                better.perThousand(),
                                "per 1,000",
                                0));
    }

    private static void read(
            Path file, List<double[]> features, List<Integer> arms, List<Boolean> visits)
            throws IOException {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            for (int number = 2; (line = lines.readLine()) != null; number++) {
                String[] cells = line.split(COMMA, -1);
                if (cells.length != COLUMNS || !ARMS.contains(cells[8])) {
                    throw TrainingException.invalid(
                            "line", number, "is no row of the trial: " + line);
                }
                features.add(features(cells));
                arms.add(ARMS.indexOf(cells[8]));
                visits.add(cells[9].equals("1"));
            }
        }
    }

    private static double[] features(String[] cells) {
        return new double[] {
            Double.parseDouble(cells[0]) / 12,
            Math.log1p(Double.parseDouble(cells[2])) / 6,
            Double.parseDouble(cells[3]),
            Double.parseDouble(cells[4]),
            is(cells[5], ZIPS.get(0)),
            is(cells[5], ZIPS.get(1)),
            Double.parseDouble(cells[6]),
            is(cells[7], CHANNELS.get(0)),
            is(cells[7], CHANNELS.get(1)),
            (cells[1].replace("\"", "").charAt(0) - '1') / 6.0
        };
    }

    private static double is(String cell, String word) {
        return cell.equals(word) ? 1 : 0;
    }
}
