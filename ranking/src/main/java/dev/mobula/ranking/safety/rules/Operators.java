package dev.mobula.ranking.safety.rules;

import dev.mobula.ranking.safety.rules.Lexer.Token;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/// The operators of the language, each with what it may stand between.
final class Operators {
    static final List<String> COMPARISONS = List.of("<", "<=", ">", ">=", "==", "!=");

    private Operators() {}

    static Expr or(Token token, Expr left, Expr right) {
        Predicate<Run> first = truth(token, left);
        Predicate<Run> second = truth(token, right);
        return new Expr.Truth(run -> first.test(run) || second.test(run));
    }

    static Expr and(Token token, Expr left, Expr right) {
        Predicate<Run> first = truth(token, left);
        Predicate<Run> second = truth(token, right);
        return new Expr.Truth(run -> first.test(run) && second.test(run));
    }

    static Expr not(Expr inner) {
        return inner instanceof Expr.Truth truth
                ? new Expr.Truth(run -> !truth.of().test(run))
                : inner;
    }

    private static Predicate<Run> truth(Token token, Expr expr) {
        if (expr instanceof Expr.Truth truth) {
            return truth.of();
        }
        throw token.wrong("'" + token.text() + "' wants truths, not a " + expr.kind());
    }

    static Expr compare(Token sign, Expr left, Expr right) {
        if (left instanceof Expr.Amount(var a) && right instanceof Expr.Amount(var b)) {
            return new Expr.Truth(numbers(sign.text(), a, b));
        }
        boolean equality = sign.is("==") || sign.is("!=");
        if (equality && left instanceof Expr.Text(var a) && right instanceof Expr.Text(var b)) {
            return new Expr.Truth(texts(sign.is("=="), a, b));
        }
        throw sign.wrong(
                "'%s' cannot compare a %s with a %s"
                        .formatted(sign.text(), left.kind(), right.kind()));
    }

    private static Predicate<Run> texts(
            boolean equal, Function<Run, String> a, Function<Run, String> b) {
        return run -> a.apply(run).equals(b.apply(run)) == equal;
    }

    private static Predicate<Run> numbers(
            String sign, ToDoubleFunction<Run> a, ToDoubleFunction<Run> b) {
        return switch (sign) {
            case "<" -> run -> a.applyAsDouble(run) < b.applyAsDouble(run);
            case "<=" -> run -> a.applyAsDouble(run) <= b.applyAsDouble(run);
            case ">" -> run -> a.applyAsDouble(run) > b.applyAsDouble(run);
            case ">=" -> run -> a.applyAsDouble(run) >= b.applyAsDouble(run);
            case "==" -> run -> a.applyAsDouble(run) == b.applyAsDouble(run);
            default -> run -> a.applyAsDouble(run) != b.applyAsDouble(run);
        };
    }

    static Expr arithmetic(Token sign, Expr left, Expr right) {
        if (!(left instanceof Expr.Amount(var a)) || !(right instanceof Expr.Amount(var b))) {
            throw sign.wrong(
                    "'%s' wants numbers, not a %s and a %s"
                            .formatted(sign.text(), left.kind(), right.kind()));
        }
        return new Expr.Amount(
                switch (sign.text()) {
                    case "+" -> run -> a.applyAsDouble(run) + b.applyAsDouble(run);
                    case "-" -> run -> a.applyAsDouble(run) - b.applyAsDouble(run);
                    case "*" -> run -> a.applyAsDouble(run) * b.applyAsDouble(run);
                    default -> run -> a.applyAsDouble(run) / b.applyAsDouble(run);
                });
    }

    static Expr minus(Token sign, Expr inner) {
        if (!(inner instanceof Expr.Amount(var of))) {
            throw sign.wrong("'-' wants a number, not a " + inner.kind());
        }
        return new Expr.Amount(run -> -of.applyAsDouble(run));
    }
}
