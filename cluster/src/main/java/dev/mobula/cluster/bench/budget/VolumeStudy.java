package dev.mobula.cluster.bench.budget;

import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.world.notify.VolumeRule;
import dev.mobula.training.world.notify.VolumeWorld;
import dev.mobula.training.world.notify.VolumeWorld.Course;

/// A quarter of messages at several volumes: what each rule gains, and whom it loses.
public final class VolumeStudy {
    private static final double[] VOLUMES = {0.25, 0.5, 1};

    private VolumeStudy() {}

    /// Runs every rule at every volume.
    ///
    /// @param seeds how many worlds the figures are means of
    public static void run(Report report, int users, int days, int seeds) {
        Table table =
                Table.of("messages a day", "rule", "more active %", "reachable %", "spent a day");
        double careful = Double.POSITIVE_INFINITY;
        double blind = Double.POSITIVE_INFINITY;
        for (double volume : VOLUMES) {
            double[] gains = new double[VolumeRule.values().length];
            int at = 0;
            for (VolumeRule rule : VolumeRule.values()) {
                double gain = 0;
                double reachable = 0;
                double spent = 0;
                for (int seed = 1; seed <= seeds; seed++) {
                    VolumeWorld world = new VolumeWorld(users, days, seed);
                    double none = world.run(VolumeRule.NONE, 0, seed).dailyActive();
                    Course course = world.run(rule, volume, seed);
                    gain += 100 * (course.dailyActive() / none - 1) / seeds;
                    reachable += 100 * course.reachable() / seeds;
                    spent += course.spent() / seeds;
                }
                gains[at++] = gain;
                if (rule != VolumeRule.NONE) {
                    table.row(volume, rule.name(), gain, reachable, spent);
                }
            }
            int last = gains.length - 1;
            careful = Math.min(careful, gains[last] - gains[last - 1]);
            blind = Math.min(blind, gains[last - 1] - gains[last - 2]);
        }
        report.table(users + " people, " + days + " days, " + seeds + " worlds", table)
                .figure("lifetime_over_uplift_percent_points_least", careful)
                .figure("uplift_over_response_percent_points_least", blind)
                .check(
                        Check.atLeast(
                                "active people by lifetime value less those by uplift, over volumes",
                                careful,
                                "points",
                                0))
                .check(
                        Check.atLeast(
                                "active people by uplift less those by response, over volumes",
                                blind,
                                "points",
                                0));
    }
}
