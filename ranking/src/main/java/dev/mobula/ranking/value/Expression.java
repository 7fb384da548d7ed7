package dev.mobula.ranking.value;

import java.util.List;

/// A parsed expression over heads.
sealed interface Expression {
    record Constant(double value) implements Expression {}

    /// The calibrated score of a head, by its index.
    record HeadScore(int head) implements Expression {}

    record Negation(Expression of) implements Expression {}

    record Binary(char operator, Expression left, Expression right) implements Expression {}

    record Call(Function function, List<Expression> arguments) implements Expression {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /// What an expression may call, and with how many arguments.
    enum Function {
        MIN(2),
        MAX(2),
        POW(2),
        LOG1P(1);

        private final int arity;

        Function(int arity) {
            this.arity = arity;
        }

        int arity() {
            return arity;
        }
    }

    /// Whether the score of the head with this index is asked for.
    default boolean reads(int head) {
        return switch (this) {
            case Constant _ -> false;
            case HeadScore it -> it.head() == head;
            case Negation it -> it.of().reads(head);
            case Binary it -> it.left().reads(head) || it.right().reads(head);
            case Call it -> it.arguments().stream().anyMatch(argument -> argument.reads(head));
        };
    }

    /// The value for the scores of one candidate, which begin at `at`.
    default double evaluate(double[] scores, int at) {
        return switch (this) {
            case Constant it -> it.value();
            case HeadScore it -> scores[at + it.head()];
            case Negation it -> -it.of().evaluate(scores, at);
            case Binary it -> {
                double left = it.left().evaluate(scores, at);
                double right = it.right().evaluate(scores, at);
                yield switch (it.operator()) {
                    case '+' -> left + right;
                    case '-' -> left - right;
                    case '*' -> left * right;
                    case '/' -> left / right;
                    default -> throw new IllegalStateException("operator " + it.operator());
                };
            }
            case Call it -> {
                double first = it.arguments().getFirst().evaluate(scores, at);
                double last = it.arguments().getLast().evaluate(scores, at);
                yield switch (it.function()) {
                    case MIN -> Math.min(first, last);
                    case MAX -> Math.max(first, last);
                    case POW -> Math.pow(first, last);
                    case LOG1P -> Math.log1p(first);
                };
            }
        };
    }
}
