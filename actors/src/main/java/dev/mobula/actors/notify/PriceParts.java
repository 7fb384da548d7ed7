package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.decision.Choice;
import dev.mobula.ranking.notify.decision.Opportunity;
import dev.mobula.ranking.notify.decision.Rows;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a chosen message pays for each budget it uses, under the names that budgets have in a plan.
final class PriceParts {
    private PriceParts() {}

    /// The parts that are not 0; together they are the choice's price.
    static Map<String, Double> of(
            PriceSheet sheet, Ask.Candidate chosen, Opportunity at, Choice choice) {
        Map<String, Double> parts = new LinkedHashMap<>();
        if (chosen.priority() == Priority.HIGH || chosen.priority() == Priority.CRITICAL) {
            return parts;
        }
        Rows rows = sheet.rows();
        int channel = choice.channel();
        int type = sheet.type(chosen.type());
        boolean own = type < sheet.types().size();
        put(parts, PricePlan.TYPE + (own ? chosen.type() : PricePlan.OTHERS), at(sheet, type));
        int campaign = sheet.campaigns().indexOf(chosen.campaign());
        if (campaign >= 0) {
            String name = PricePlan.CAMPAIGN + chosen.campaign();
            put(parts, name, at(sheet, rows.campaign(campaign)));
        }
        Channel named = Channel.of(channel + 1);
        put(parts, PricePlan.CHANNEL + named, at(sheet, rows.channel(channel)));
        put(parts, PricePlan.SEGMENT + at.segment(), at(sheet, rows.segment(at.segment())));
        int hour = at.hourOfSlot(choice.slot());
        put(parts, PricePlan.HOUR + named + "/" + hour, at(sheet, rows.hour(channel, hour)));
        double complaints = at(sheet, rows.complaint()) * at.complaintUse(channel);
        put(parts, PricePlan.COMPLAINTS, complaints);
        return parts;
    }

    private static double at(PriceSheet sheet, int row) {
        return sheet.prices()[row];
    }

    private static void put(Map<String, Double> parts, String name, double price) {
        if (price != 0) {
            parts.put(name, price);
        }
    }
}
