package dev.mobula.ranking.notify.decision;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.Arrays;

/// What one of the few messages still allowed today is worth if it is kept for later.
///
/// Read-only and shared by all threads.
public final class OpportunityCost {
    /*
     * With m messages left and n opportunities to come, each worth an independent draw s of net value:
     *   W(m,n) = E[max(s + W(m-1,n-1), W(m,n-1))],  W(0,.) = W(.,0) = 0,
     *   mu(m,n) = W(m,n-1) - W(m-1,n-1),
     * and a message worth s now is sent when s > mu. Without a message left mu is infinite. The draws
     * are the sample itself.
     */
    public static final int SENDS_MAX = 8;
    public static final int OPPORTUNITIES_MAX = 64;

    private static final int WIDTH = OPPORTUNITIES_MAX + 1;

    private final double[] cost;
    private final double[] value;

    private OpportunityCost(double[] cost, double[] value) {
        this.cost = cost;
        this.value = value;
    }

    /// The table for opportunities that are worth as much as these were.
    public static OpportunityCost of(double[] netValues) {
        if (netValues.length == 0 || !Arrays.stream(netValues).allMatch(Double::isFinite)) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "netValues=" + netValues.length + ": must be some, and finite");
        }
        double[] value = new double[(SENDS_MAX + 1) * WIDTH];
        double[] cost = new double[value.length];
        Arrays.fill(cost, 0, WIDTH, Double.POSITIVE_INFINITY);
        for (int m = 1; m <= SENDS_MAX; m++) {
            for (int n = 1; n <= OPPORTUNITIES_MAX; n++) {
                double keep = value[m * WIDTH + n - 1];
                double spent = value[(m - 1) * WIDTH + n - 1];
                double sum = 0;
                for (double s : netValues) {
                    sum += Math.max(s + spent, keep);
                }
                value[m * WIDTH + n] = sum / netValues.length;
                cost[m * WIDTH + n] = keep - spent;
            }
        }
        return new OpportunityCost(cost, value);
    }

    /// Nothing is lost by sending.
    public static OpportunityCost none() {
        return of(new double[] {0});
    }

    /// The cost of one of `sendsLeft` messages when this is the first of so many opportunities.
    public double cost(int sendsLeft, int opportunities) {
        return cost[index(sendsLeft, opportunities)];
    }

    /// What so many messages are worth over so many opportunities.
    public double value(int sendsLeft, int opportunities) {
        return value[index(sendsLeft, opportunities)];
    }

    private static int index(int sendsLeft, int opportunities) {
        int m = Math.clamp(sendsLeft, 0, SENDS_MAX);
        return m * WIDTH + Math.clamp(opportunities, 0, OPPORTUNITIES_MAX);
    }
}
