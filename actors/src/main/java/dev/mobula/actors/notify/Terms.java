package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.decision.OpportunityCost;
import dev.mobula.ranking.notify.decision.Prices;
import java.util.Optional;

/// One version of the prices, with what is worked out from it once for all decisions.
record Terms(
        PriceSheet sheet,
        Prices prices,
        OpportunityCost costs,
        Optional<PersonCurves> curves,
        Optional<LearnedRule.Asked> rule) {
    static Terms of(PriceSheet sheet) {
        return new Terms(
                sheet,
                sheet.asPrices(),
                OpportunityCost.of(sheet.netValues()),
                sheet.curves().map(PersonCurves::of),
                sheet.rule().map(LearnedRule::asked));
    }
}
