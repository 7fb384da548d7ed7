package dev.mobula.ranking.value;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.value.Expression.Binary;
import dev.mobula.ranking.value.Expression.Call;
import dev.mobula.ranking.value.Expression.Constant;
import dev.mobula.ranking.value.Expression.Function;
import dev.mobula.ranking.value.Expression.HeadScore;
import dev.mobula.ranking.value.Expression.Negation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/*
 * sum     := product (('+' | '-') product)*
 * product := factor (('*' | '/') factor)*
 * factor  := number | head | function '(' sum (',' sum)* ')' | '(' sum ')' | '-' factor
 *
 * A head is a letter followed by letters, digits, '_' or '.'. Positions in messages count from 1.
 */
/// Parses the text of a value expression by recursive descent.
final class ExpressionParser {
    private static final int DEPTH_MAX = 64;

    private final String text;
    private final List<String> heads;
    private int at;
    private int depth;

    ExpressionParser(String text, List<String> heads) {
        this.text = text;
        this.heads = heads;
    }

    /// A signed part of the outermost sum, with the text it was written as.
    record Term(String text, Expression expression) {}

    /// The parts of the outermost sum.
    List<Term> parse() {
        List<Term> terms = new ArrayList<>();
        boolean isNegative = false;
        do {
            int from = skipBlanks();
            Expression part = product();
            String written = text.substring(from, at).strip();
            terms.add(
                    isNegative
                            ? new Term("-" + written, new Negation(part))
                            : new Term(written, part));
            isNegative = peek() == '-';
        } while (take('+') || take('-'));
        if (skipBlanks() < text.length()) {
            throw refuse(at, "did not expect '" + text.charAt(at) + "'");
        }
        return terms;
    }

    private Expression sum() {
        Expression left = product();
        while (true) {
            if (take('+')) {
                left = new Binary('+', left, product());
            } else if (take('-')) {
                left = new Binary('-', left, product());
            } else {
                return left;
            }
        }
    }

    private Expression product() {
        Expression left = factor();
        while (true) {
            if (take('*')) {
                left = new Binary('*', left, factor());
            } else if (take('/')) {
                left = new Binary('/', left, factor());
            } else {
                return left;
            }
        }
    }

    private Expression factor() {
        if (++depth > DEPTH_MAX) {
            throw refuse(at, "nested deeper than " + DEPTH_MAX);
        }
        char next = peek();
        Expression factor;
        if (take('-')) {
            factor = new Negation(factor());
        } else if (take('(')) {
            factor = sum();
            expect(')');
        } else if (Character.isDigit(next) || next == '.') {
            factor = number();
        } else if (Character.isLetter(next)) {
            factor = named();
        } else {
            throw refuse(at, next == 0 ? "ends too early" : "did not expect '" + next + "'");
        }
        depth--;
        return factor;
    }

    private Expression number() {
        int from = at;
        while (at < text.length() && isNumberPart(from)) {
            at++;
        }
        String written = text.substring(from, at);
        try {
            return new Constant(requireFinite(from, Double.parseDouble(written)));
        } catch (NumberFormatException notANumber) {
            throw refuse(from, "'" + written + "' is no number");
        }
    }

    private boolean isNumberPart(int from) {
        char c = text.charAt(at);
        boolean followsExponent =
                at > from && (text.charAt(at - 1) == 'e' || text.charAt(at - 1) == 'E');
        return Character.isDigit(c)
                || c == '.'
                || c == 'e'
                || c == 'E'
                || ((c == '-' || c == '+') && followsExponent);
    }

    private double requireFinite(int from, double value) {
        if (!Double.isFinite(value)) {
            throw refuse(from, "a number is not finite");
        }
        return value;
    }

    private Expression named() {
        int from = at;
        while (at < text.length() && isNamePart(text.charAt(at))) {
            at++;
        }
        String name = text.substring(from, at);
        if (take('(')) {
            return call(name, from);
        }
        int head = heads.indexOf(name);
        if (head < 0) {
            throw refuse(from, "no head '" + name + "', the model has " + heads);
        }
        return new HeadScore(head);
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.';
    }

    private Expression call(String name, int from) {
        Function function = function(name, from);
        List<Expression> arguments = new ArrayList<>();
        do {
            arguments.add(sum());
        } while (take(','));
        expect(')');
        if (arguments.size() != function.arity()) {
            throw refuse(
                    from,
                    "%s takes %d arguments, got %d"
                            .formatted(name, function.arity(), arguments.size()));
        }
        return new Call(function, arguments);
    }

    private Function function(String name, int from) {
        for (Function function : Function.values()) {
            if (function.name().toLowerCase(Locale.ROOT).equals(name)) {
                return function;
            }
        }
        throw refuse(from, "no function '" + name + "'");
    }

    private int skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private char peek() {
        skipBlanks();
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean take(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(char wanted) {
        if (!take(wanted)) {
            throw refuse(at, "expected '" + wanted + "'");
        }
    }

    private RankingException refuse(int position, String what) {
        return new RankingException(
                Code.INVALID_EXPRESSION,
                "value expression, position %d: %s in \"%s\"".formatted(position + 1, what, text));
    }
}
