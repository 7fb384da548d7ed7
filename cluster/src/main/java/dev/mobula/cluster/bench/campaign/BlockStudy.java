package dev.mobula.cluster.bench.campaign;

import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.campaign.ActGraph;
import dev.mobula.retrieval.campaign.DenseBlocks;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.data.TableSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/*
 * Thirty accounts act on a share of twenty targets of their own. Camouflage is as many acts besides: none, on targets by
 * chance, on targets as everybody chooses them, or the accounts are those of honest people, with their acts.
 */
/// How well accounts that act together are found among those of a graph, by how densely they act and how they hide.
final class BlockStudy {
    private static final int MEMBERS = 30;
    private static final int TARGETS = 20;
    private static final long FIRST = 1_000_000_000L;
    private static final double Q = .1;
    private static final double SHARE_MAX = .02;
    private static final int BATCH_ROWS = 4_096;

    private final long[] from;
    private final long[] to;

    /// How a block hides.
    private enum Camouflage {
        NONE,
        RANDOM,
        POPULAR,
        HIJACKED
    }

    private BlockStudy(long[] from, long[] to) {
        this.from = from;
        this.to = to;
    }

    /// Of the edges of a file, columns from and to, or of a made graph.
    static BlockStudy of(Optional<Path> file, int edges) {
        return file.map(BlockStudy::read).orElseGet(() -> made(edges));
    }

    private static BlockStudy made(int edges) {
        SplittableRandom random = new SplittableRandom(5);
        long[] from = new long[edges];
        long[] to = new long[edges];
        for (int i = 0; i < edges; i++) {
            double account = random.nextDouble();
            double target = random.nextDouble();
            from[i] = (long) (edges / 8.0 * account * account);
            to[i] = (long) (edges / 16.0 * target * target);
        }
        return new BlockStudy(from, to);
    }

    private static BlockStudy read(Path file) {
        try (TableReader reader =
                TableSource.open(file, List.of("from:whole", "to:whole"), new Rejects(0))) {
            int from = reader.schema().require("from");
            int to = reader.schema().require("to");
            List<long[]> edges = new ArrayList<>();
            Rows rows = new Rows(reader.schema());
            while (reader.next(rows, BATCH_ROWS)) {
                for (int row = 0; row < rows.size(); row++) {
                    edges.add(new long[] {rows.wholes(from).get(row), rows.wholes(to).get(row)});
                }
            }
            return new BlockStudy(
                    edges.stream().mapToLong(edge -> edge[0]).toArray(),
                    edges.stream().mapToLong(edge -> edge[1]).toArray());
        }
    }

    /// Injects a block for every density and camouflage, and adds what was found.
    void addTo(Report report, double... densities) {
        Table table = Table.of("camouflage", "density", "found of 30", "precision");
        double wrong = 0;
        int runs = 0;
        for (Camouflage camouflage : Camouflage.values()) {
            for (double density : densities) {
                double[] found = found(camouflage, density, 17L + runs);
                table.row(name(camouflage), density, found[0], found[1]);
                wrong += 1 - found[1];
                runs++;
                report.figure(
                        "block_recall_%s_%s".formatted(name(camouflage), density),
                        found[0] / MEMBERS);
            }
        }
        report.table("accounts that act together, injected into " + from.length + " edges", table);
        report.figure("block_false_discoveries", wrong / runs);
    }

    private static String name(Camouflage camouflage) {
        return camouflage.name().toLowerCase(Locale.ROOT);
    }

    /// How many of the block were flagged, and the share of what was flagged that was of it.
    private double[] found(Camouflage camouflage, double density, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ActGraph.Builder builder = new ActGraph.Builder();
        for (int i = 0; i < from.length; i++) {
            builder.add(from[i], to[i]);
        }
        long[] members = new long[MEMBERS];
        for (int i = 0; i < MEMBERS; i++) {
            members[i] =
                    camouflage == Camouflage.HIJACKED
                            ? from[random.nextInt(from.length)]
                            : FIRST + i;
            for (int target = 0; target < TARGETS; target++) {
                if (random.nextDouble() < density) {
                    builder.add(members[i], FIRST + target);
                    hide(camouflage, members[i], builder, random);
                }
            }
        }
        long right = 0;
        long flagged = 0;
        for (DenseBlocks.Block block : DenseBlocks.find(builder.build(), Q, SHARE_MAX, seed)) {
            for (long account : block.accounts()) {
                flagged++;
                right += contains(members, account) ? 1 : 0;
            }
        }
        return new double[] {right, flagged == 0 ? 1 : (double) right / flagged};
    }

    private void hide(
            Camouflage camouflage, long member, ActGraph.Builder builder, SplittableRandom random) {
        switch (camouflage) {
            case RANDOM -> builder.add(member, random.nextLong(from.length));
            case POPULAR -> builder.add(member, to[random.nextInt(to.length)]);
            case NONE, HIJACKED -> {} // nothing besides, or what the account did before
        }
    }

    private static boolean contains(long[] members, long account) {
        for (long member : members) {
            if (member == account) {
                return true;
            }
        }
        return false;
    }
}
