package dev.mobula.ranking.ope;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.exploration.ThompsonSampling;
import dev.mobula.ranking.exploration.ThompsonSampling.Posterior;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;

/*
 * Rows of the Open Bandit Dataset: item, position 1..3, click, propensity, four hashed user features. Propensities are
 * per position. Users are not identified; rows with the same four features, the closest to a user that there is, count
 * as one cluster.
 */
/// Logs of the Open Bandit Dataset and the Bernoulli Thompson policy that ran beside the random one.
public final class OpenBandit {
    private static final int POSITIONS = 3;
    private static final int USER_FEATURES = 4;
    private static final int FIRST_USER_FEATURE = 6;
    private static final int COLUMNS_MIN = FIRST_USER_FEATURE + USER_FEATURES;
    private static final int ROWS_MAX = 50_000_000;

    private OpenBandit() {}

    /// A log and at which position, from 0, each of its rounds was shown.
    @SuppressWarnings("ArrayRecordComponent") // columns of a data set, handed over whole
    public record Campaign(BanditLog log, int[] positions) {}

    /// Reads `<campaign>_<policy>.csv.gz` of a folder.
    public static Campaign load(Path folder, String campaign, String policy) throws IOException {
        Path file = folder.resolve(campaign + "_" + policy + ".csv.gz");
        List<String[]> rows = new ArrayList<>();
        try (BufferedReader lines = gunzip(file)) {
            lines.readLine();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] cells = line.split(",", -1);
                if (cells.length < COLUMNS_MIN || rows.size() == ROWS_MAX) {
                    throw new RankingException(
                            Code.CORRUPT_FILE,
                            "%s, row %d: %d cells"
                                    .formatted(file.getFileName(), rows.size(), cells.length));
                }
                rows.add(cells);
            }
        }
        return campaign(file, rows);
    }

    private static BufferedReader gunzip(Path file) throws IOException {
        InputStream bytes = new GZIPInputStream(Files.newInputStream(file));
        return new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8));
    }

    private static Campaign campaign(Path file, List<String[]> rows) {
        int n = rows.size();
        int[] actions = new int[n];
        int[] positions = new int[n];
        double[] propensities = new double[n];
        double[] rewards = new double[n];
        long[] clusters = new long[n];
        Map<String, Integer> columns = columnsOf(rows);
        double[][] contexts = new double[n][columns.size()];
        try {
            for (int i = 0; i < n; i++) {
                String[] row = rows.get(i);
                actions[i] = Integer.parseInt(row[2]);
                positions[i] = Integer.parseInt(row[3]) - 1;
                rewards[i] = Double.parseDouble(row[4]);
                propensities[i] = Double.parseDouble(row[5]);
                clusters[i] = clusterOf(row);
                for (int f = -1; f < USER_FEATURES; f++) {
                    contexts[i][columns.getOrDefault(contextKey(row, f), 0)] = 1;
                }
            }
        } catch (NumberFormatException cause) {
            throw new RankingException(
                    Code.CORRUPT_FILE, file.getFileName() + ": " + cause.getMessage(), cause);
        }
        int actionCount = Arrays.stream(actions).max().orElse(0) + 1;
        return new Campaign(
                new BanditLog(actionCount, actions, propensities, rewards, clusters, contexts),
                positions);
    }

    /// One column per position and per value of a user feature.
    private static Map<String, Integer> columnsOf(List<String[]> rows) {
        Map<String, Integer> columns = new LinkedHashMap<>();
        for (String[] row : rows) {
            for (int f = -1; f < USER_FEATURES; f++) {
                columns.putIfAbsent(contextKey(row, f), columns.size());
            }
        }
        return columns;
    }

    private static String contextKey(String[] row, int feature) {
        return feature < 0 ? "position" + row[3] : feature + row[FIRST_USER_FEATURE + feature];
    }

    private static long clusterOf(String[] row) {
        long hash = 17;
        for (int f = 0; f < USER_FEATURES; f++) {
            hash = hash * 1_000_003 + row[FIRST_USER_FEATURE + f].hashCode();
        }
        return hash;
    }

    /// Reads the Beta prior of a campaign from `prior_bts.yaml`: two lists of numbers, `alpha` and `beta`.
    public static Posterior[] prior(Path folder, String campaign) throws IOException {
        Map<String, List<Double>> lists = new LinkedHashMap<>();
        String section = "";
        String list = "";
        for (String line : Files.readAllLines(folder.resolve("prior_bts.yaml"))) {
            String text = line.strip();
            if (text.startsWith("- ")) {
                lists.computeIfAbsent(section + list, _ -> new ArrayList<>())
                        .add(Double.parseDouble(text.substring(2)));
            } else if (text.endsWith(":") && !line.startsWith(" ")) {
                section = text;
            } else if (text.endsWith(":")) {
                list = text;
            }
        }
        List<Double> alpha = lists.getOrDefault(campaign + ":alpha:", List.of());
        List<Double> beta = lists.getOrDefault(campaign + ":beta:", List.of());
        if (alpha.isEmpty() || alpha.size() != beta.size()) {
            throw new RankingException(
                    Code.CORRUPT_FILE,
                    "prior_bts.yaml: '%s' has %d alphas and %d betas"
                            .formatted(campaign, alpha.size(), beta.size()));
        }
        Posterior[] prior = new Posterior[alpha.size()];
        for (int item = 0; item < prior.length; item++) {
            prior[item] = new Posterior(alpha.get(item), beta.get(item));
        }
        return prior;
    }

    /// How often each item takes each position when the best three of seeded posterior samples are shown.
    public static double[][] thompsonByPosition(Posterior[] prior, int draws, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] frequency = new double[POSITIONS][prior.length];
        double[] samples = new double[prior.length];
        for (int draw = 0; draw < draws; draw++) {
            for (int item = 0; item < prior.length; item++) {
                samples[item] = ThompsonSampling.beta(prior[item], random);
            }
            for (int position = 0; position < POSITIONS; position++) {
                int best = 0;
                for (int item = 1; item < samples.length; item++) {
                    best = samples[item] > samples[best] ? item : best;
                }
                frequency[position][best] += 1.0 / draws;
                samples[best] = -1;
            }
        }
        return frequency;
    }
}
