package dev.mobula.ranking.value;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.ArrayList;
import java.util.List;

/// One number from the calibrated scores of a candidate, such as `click + 4 * reply - 30 * report`.
public final class ValueExpression {
    private static final int LENGTH_MAX = 4096;

    private final String text;
    private final List<String> heads;
    private final List<ExpressionParser.Term> terms;

    private ValueExpression(String text, List<String> heads, List<ExpressionParser.Term> terms) {
        this.text = text;
        this.heads = List.copyOf(heads);
        this.terms = terms;
    }

    /// A part of the outermost sum and what it contributes.
    public record Term(String text, double value) {}

    /// Parses, or refuses naming the position and, for an unknown head, its name.
    public static ValueExpression parse(String text, List<String> heads) {
        if (text.length() > LENGTH_MAX) {
            throw new RankingException(
                    Code.INVALID_EXPRESSION,
                    "value expression of " + text.length() + " characters, at most " + LENGTH_MAX);
        }
        return new ValueExpression(text, heads, new ExpressionParser(text, heads).parse());
    }

    public String text() {
        return text;
    }

    /// Whether the value depends on this head's score.
    public boolean reads(String head) {
        int index = heads.indexOf(head);
        return terms.stream().anyMatch(term -> term.expression().reads(index));
    }

    /// The value of the candidate whose scores begin at `at`.
    public double value(double[] calibrated, int at) {
        double sum = 0;
        for (ExpressionParser.Term term : terms) {
            sum += term.expression().evaluate(calibrated, at);
        }
        return sum;
    }

    /// The same, by terms, which add up to it.
    public List<Term> terms(double[] calibrated, int at) {
        List<Term> parts = new ArrayList<>();
        for (ExpressionParser.Term term : terms) {
            parts.add(new Term(term.text(), term.expression().evaluate(calibrated, at)));
        }
        return parts;
    }

    /// Values of all candidates of a batch with `heads` scores each.
    public double[] values(double[] calibrated, int heads) {
        double[] values = new double[calibrated.length / heads];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(calibrated, i * heads);
        }
        return values;
    }
}
