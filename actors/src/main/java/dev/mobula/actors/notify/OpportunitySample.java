package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.decision.Opportunity;
import dev.mobula.ranking.notify.decision.Rows;
import dev.mobula.training.price.BudgetProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/// Opportunities of late, each with its best options: what stands for those to come when prices are sought.
///
/// Every opportunity since the start has the same chance to be among them. Safe for any number of threads.
final class OpportunitySample {
    static final int SIZE = 4_096;
    static final int OPTIONS_MAX = 24;

    /// A way of sending one message; the row of each budget is found by its names.
    private record Option(
            double value,
            String type,
            String campaign,
            int channel,
            int segment,
            int hour,
            double complaint) {}

    private final List<Option[]> kept = new ArrayList<>();
    private final SplittableRandom random;
    private long seen;

    OpportunitySample(long seed) {
        random = new SplittableRandom(seed);
    }

    /// Counts an opportunity, and keeps it or not.
    synchronized void add(Ask ask, Opportunity at) {
        seen++;
        int place = kept.size() < SIZE ? kept.size() : (int) Math.min(SIZE, random.nextLong(seen));
        if (place == SIZE) {
            return;
        }
        Option[] options = best(ask, at);
        if (place == kept.size()) {
            kept.add(options);
        } else {
            kept.set(place, options);
        }
    }

    private static Option[] best(Ask ask, Opportunity at) {
        List<Option> options = new ArrayList<>();
        for (int candidate = 0; candidate < at.candidates(); candidate++) {
            for (int channel = 0; channel < Channel.values().length; channel++) {
                for (int slot = 0; slot < Opportunity.SLOTS; slot++) {
                    double value = at.worth(candidate, channel, slot);
                    if (value > 0 && at.allows(candidate, channel, slot)) {
                        options.add(
                                option(ask.candidates().get(candidate), at, channel, slot, value));
                    }
                }
            }
        }
        options.sort(Comparator.comparingDouble(option -> -option.value()));
        return options.stream().limit(OPTIONS_MAX).toArray(Option[]::new);
    }

    private static Option option(
            Ask.Candidate candidate, Opportunity at, int channel, int slot, double value) {
        return new Option(
                value,
                candidate.type(),
                candidate.campaign(),
                channel,
                at.segment(),
                at.hourOfSlot(slot),
                at.complaintUse(channel));
    }

    synchronized int size() {
        return kept.size();
    }

    /// The sample as a problem over the rows of a plan that have a budget.
    ///
    /// @param budget of each row of the plan, negative where there is none
    synchronized BudgetProblem problem(PricePlan plan, double[] budget) {
        Rows rows = plan.rows();
        List<String> types = plan.types();
        List<String> campaigns = plan.campaigns();
        int[] compact = compact(budget);
        Uses uses = new Uses(compact);
        int[] firstOption = new int[kept.size() + 1];
        List<Double> values = new ArrayList<>();
        for (int person = 0; person < kept.size(); person++) {
            for (Option option : kept.get(person)) {
                values.add(option.value());
                int type = types.indexOf(option.type());
                uses.add(rows.type(type < 0 ? types.size() : type), 1);
                int campaign = campaigns.indexOf(option.campaign());
                if (campaign >= 0) {
                    uses.add(rows.campaign(campaign), 1);
                }
                uses.add(rows.channel(option.channel()), 1);
                uses.add(rows.segment(Math.min(option.segment(), rows.segments() - 1)), 1);
                uses.add(rows.hour(option.channel(), option.hour()), 1);
                uses.add(rows.complaint(), option.complaint());
                uses.endOption();
            }
            firstOption[person + 1] = values.size();
        }
        return new BudgetProblem(
                firstOption,
                values.stream().mapToDouble(Double::doubleValue).toArray(),
                uses.first(),
                uses.row.stream().mapToInt(Integer::intValue).toArray(),
                uses.amount.stream().mapToDouble(Double::doubleValue).toArray(),
                Arrays.stream(budget).filter(one -> one >= 0).toArray());
    }

    /// The place of each row among those with a budget, -1 for the others.
    static int[] compact(double[] budget) {
        int[] compact = new int[budget.length];
        int next = 0;
        for (int row = 0; row < budget.length; row++) {
            compact[row] = budget[row] >= 0 ? next++ : -1;
        }
        return compact;
    }

    /// What the options of a problem use, one after the other.
    private static final class Uses {
        private final int[] compact;
        private final List<Integer> first = new ArrayList<>(List.of(0));
        private final List<Integer> row = new ArrayList<>();
        private final List<Double> amount = new ArrayList<>();

        private Uses(int[] compact) {
            this.compact = compact;
        }

        private void add(int at, double used) {
            if (compact[at] >= 0) {
                row.add(compact[at]);
                amount.add(used);
            }
        }

        private void endOption() {
            first.add(row.size());
        }

        private int[] first() {
            return first.stream().mapToInt(Integer::intValue).toArray();
        }
    }
}
