package dev.mobula.ranking.explain;

import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.page.Slate;
import dev.mobula.ranking.value.ValueExpression;
import java.util.Locale;

/// Prints an explanation for people, one stage under the other.
final class ExplanationText {
    private static final int NAME_WIDTH = 20;

    private final StringBuilder text = new StringBuilder();

    private ExplanationText() {}

    static String of(Explanation it) {
        ExplanationText page = new ExplanationText();
        page.line(
                "candidate "
                        + it.id()
                        + ", model "
                        + it.modelVersion()
                        + ", kernel "
                        + it.kernel());
        page.line("features");
        for (FeatureLayout.Reading reading : it.features()) {
            page.row(reading.feature(), reading.side() + "  " + reading.reading());
        }
        page.line("heads");
        for (Explanation.HeadScore head : it.heads()) {
            String calibrated =
                    head.isCalibrated()
                            ? number(head.calibrated())
                            : number(head.calibrated()) + "  (not calibrated)";
            page.row(head.head(), number(head.score()) + "  ->  " + calibrated);
        }
        page.line("value  " + it.valueExpression());
        for (ValueExpression.Term term : it.terms()) {
            page.row(term.text(), number(term.value()));
        }
        page.row("=", number(it.value()));
        page.line("page");
        for (Slate.Move move : it.moves()) {
            page.row(move.edit(), place(move.from()) + "  ->  " + place(move.to()));
        }
        page.row("=", it.place() >= 0 ? place(it.place()) : it.fate());
        return page.text.toString();
    }

    static String of(Counterfactual it) {
        ExplanationText page = new ExplanationText();
        page.line("the page under  " + it.valueExpression());
        for (int place = 0; place < it.page().size(); place++) {
            Counterfactual.Place there = it.page().get(place);
            String before = there.before() == place ? "" : "  from " + place(there.before());
            page.row(place(place), there.id() + "  " + number(there.value()) + before);
        }
        if (!it.left().isEmpty()) {
            page.row("left out", it.left().toString());
        }
        return page.text.toString();
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private void row(String name, String value) {
        text.append("  ").append(name);
        text.append(" ".repeat(Math.max(2, NAME_WIDTH - name.length()))).append(value);
        text.append('\n');
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }

    /// Places count from 1 for people.
    private static String place(int position) {
        return position < 0 ? "off the page" : "place " + (position + 1);
    }
}
