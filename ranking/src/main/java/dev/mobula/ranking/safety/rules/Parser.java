package dev.mobula.ranking.safety.rules;

import dev.mobula.ranking.safety.rules.Effect.Whom;
import dev.mobula.ranking.safety.rules.Lexer.Kind;
import dev.mobula.ranking.safety.rules.Lexer.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/*
 * rules  = { "let" name "=" expr | rule }
 * rule   = "rule" name "{" { "let" name "=" expr } "when" expr "then" effect { "," effect } [ "limit" n "per" "day" [ "," n "%" ] ] "}"
 * expr   = or;  or = and { "or" and };  and = not { "and" not };  not = "not" not | compare
 * compare = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ];  sum = product { ("+" | "-") product }
 * product = unary { ("*" | "/") unary };  unary = "-" unary | primary
 *
 * A name is given once and used only after that, so there are no loops and no cycles; every expression has a type when
 * it is read, and what does not fit is refused with line and column.
 */
/// Reads, checks and compiles rules in one pass.
final class Parser {
    private static final int DEPTH_MAX = 100;

    private final List<Token> tokens;
    private final EventSchema schema;
    private final Map<String, Expr> globals = new HashMap<>();
    private final Functions functions;
    private final List<Rule> rules = new ArrayList<>();
    private Map<String, Expr> locals = new HashMap<>();
    private int at;
    private int depth;

    Parser(String source, EventSchema schema) {
        this.tokens = Lexer.tokens(source);
        this.schema = schema;
        this.functions = new Functions();
    }

    List<Rule> rules() {
        Set<String> names = new HashSet<>();
        while (peek().kind() != Kind.END) {
            if (peek().is("let")) {
                let(globals);
                continue;
            }
            Token word = expect("rule");
            Token name = name();
            if (!names.add(name.text())) {
                throw name.wrong("rule '" + name.text() + "' is there twice");
            }
            if (rules.size() == RuleSet.RULES_MAX) {
                throw word.wrong("there are over " + RuleSet.RULES_MAX + " rules");
            }
            rules.add(rule(name.text()));
        }
        return rules;
    }

    List<Functions.Site> sites() {
        return functions.sites();
    }

    private Rule rule(String name) {
        locals = new HashMap<>();
        expect("{");
        while (peek().is("let")) {
            let(locals);
        }
        Token when = expect("when");
        if (!(expr() instanceof Expr.Truth condition)) {
            throw when.wrong("what follows 'when' must be true or false");
        }
        expect("then");
        List<Effect> effects = new ArrayList<>();
        do {
            effects.add(effect());
        } while (take(","));
        long perDay = Long.MAX_VALUE;
        double share = 1;
        if (take("limit")) {
            perDay = (long) number();
            expect("per");
            expect("day");
            if (take(",")) {
                share = number() / 100;
                expect("%");
            }
        }
        expect("}");
        return new Rule(name, condition.of(), effects, perDay, share);
    }

    private void let(Map<String, Expr> into) {
        expect("let");
        Token name = name();
        if (globals.containsKey(name.text()) || locals.containsKey(name.text())) {
            throw name.wrong("'" + name.text() + "' has a value already");
        }
        expect("=");
        into.put(name.text(), expr());
    }

    private Effect effect() {
        Token name = name();
        expect("(");
        Effect effect =
                switch (name.text()) {
                    case "label" -> {
                        String label = text();
                        expect(",");
                        long span = span();
                        yield new Effect.Label(label, span, take(",") ? whom() : Whom.SUBJECT);
                    }
                    case "verdict" -> new Effect.Verdict(text());
                    case "review" -> new Effect.Review(text());
                    case "rate_limit" -> {
                        double count = number();
                        expect(",");
                        yield new Effect.RateLimit(count, span());
                    }
                    case "down_rank" -> {
                        Token weight = peek();
                        double value = number();
                        if (value > 1) {
                            throw weight.wrong("a weight is 0 to 1");
                        }
                        yield new Effect.DownRank(value);
                    }
                    default ->
                            throw name.wrong(
                                    "'"
                                            + name.text()
                                            + "' is no effect; there are label, verdict, review,"
                                            + " rate_limit, down_rank");
                };
        expect(")");
        return effect;
    }

    private Whom whom() {
        Token token = peek();
        String name = text();
        for (Whom whom : Whom.values()) {
            if (whom.name().toLowerCase(Locale.ROOT).equals(name)) {
                return whom;
            }
        }
        throw token.wrong("'" + name + "' bears no label; subject, actor and author do");
    }

    private Expr expr() {
        if (++depth > DEPTH_MAX) {
            throw peek().wrong("is nested over " + DEPTH_MAX + " deep");
        }
        Expr left = and();
        while (peek().is("or")) {
            Token or = next();
            left = Operators.or(or, left, and());
        }
        depth--;
        return left;
    }

    private Expr and() {
        Expr left = not();
        while (peek().is("and")) {
            Token and = next();
            left = Operators.and(and, left, not());
        }
        return left;
    }

    private Expr not() {
        boolean turned = false;
        Token first = peek();
        while (peek().is("not")) {
            next();
            turned = !turned;
        }
        Expr inner = compare();
        boolean plain = first.is("not") && !(inner instanceof Expr.Truth);
        if (plain) {
            throw first.wrong("'not' wants a truth, not a " + inner.kind());
        }
        return turned ? Operators.not(inner) : inner;
    }

    private Expr compare() {
        Expr left = sum();
        Token sign = peek();
        if (Operators.COMPARISONS.contains(sign.text()) && sign.kind() == Kind.SIGN) {
            next();
            return Operators.compare(sign, left, sum());
        }
        return left;
    }

    private Expr sum() {
        Expr left = product();
        while (peek().is("+") || peek().is("-")) {
            Token sign = next();
            left = Operators.arithmetic(sign, left, product());
        }
        return left;
    }

    private Expr product() {
        Expr left = unary();
        while (peek().is("*") || peek().is("/")) {
            Token sign = next();
            left = Operators.arithmetic(sign, left, unary());
        }
        return left;
    }

    private Expr unary() {
        boolean negative = false;
        Token first = peek();
        while (peek().is("-")) {
            next();
            negative = !negative;
        }
        Expr inner = primary();
        return negative ? Operators.minus(first, inner) : inner;
    }

    private Expr primary() {
        Token token = next();
        switch (token.kind()) {
            case NUMBER -> {
                double value = token.value();
                return new Expr.Amount(run -> value);
            }
            case SPAN -> {
                return new Expr.Span((long) token.value());
            }
            case TEXT -> {
                String value = token.text();
                return new Expr.Text(run -> value);
            }
            case SIGN -> {
                if (token.is("(")) {
                    Expr inner = expr();
                    expect(")");
                    return inner;
                }
            }
            case NAME -> {
                return named(token);
            }
            case END -> {
                // Said below.
            }
        }
        throw token.wrong("'" + token.text() + "' stands where a value should");
    }

    private Expr named(Token token) {
        String name = token.text();
        if (name.equals("true") || name.equals("false")) {
            boolean value = name.equals("true");
            return new Expr.Truth(run -> value);
        }
        if (name.equals("event") && take(".")) {
            return field(name());
        }
        if (take("(")) {
            int from = at;
            List<Expr> arguments = new ArrayList<>();
            while (!peek().is(")")) {
                arguments.add(expr());
                if (!take(",")) {
                    break;
                }
            }
            // Equal words are equal calls: they share one counter, unless they name what a rule
            // named itself.
            StringBuilder words = new StringBuilder(name);
            for (int i = from; i < at; i++) {
                Token word = tokens.get(i);
                words.append(' ').append(word.kind()).append(word.text());
                words.append(locals.containsKey(word.text()) ? "#" + rules.size() : "");
            }
            expect(")");
            return functions.call(token, words.toString(), arguments);
        }
        Expr known = locals.containsKey(name) ? locals.get(name) : globals.get(name);
        if (known == null) {
            throw token.wrong("'" + name + "' is unknown; it must have been given by 'let' before");
        }
        return known;
    }

    private Expr field(Token name) {
        int number = schema.number(name.text());
        if (number >= 0) {
            return new Expr.Amount(run -> run.event().numbers()[number]);
        }
        int text = schema.text(name.text());
        if (text >= 0) {
            return new Expr.Text(run -> run.event().texts()[text]);
        }
        throw name.wrong("an event has no '" + name.text() + "'; it has " + schema.names());
    }

    private Token peek() {
        return tokens.get(at);
    }

    private Token next() {
        Token token = tokens.get(at);
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    private boolean take(String sign) {
        if (peek().is(sign)) {
            next();
            return true;
        }
        return false;
    }

    private Token expect(String sign) {
        Token token = next();
        if (!token.is(sign)) {
            throw token.wrong("'" + sign + "' must stand here, not '" + token.text() + "'");
        }
        return token;
    }

    private Token name() {
        Token token = next();
        if (token.kind() != Kind.NAME) {
            throw token.wrong("a name must stand here, not '" + token.text() + "'");
        }
        return token;
    }

    private String text() {
        Token token = next();
        if (token.kind() != Kind.TEXT || token.text().isEmpty()) {
            throw token.wrong("a text in quotes must stand here");
        }
        return token.text();
    }

    private double number() {
        Token token = next();
        if (token.kind() != Kind.NUMBER) {
            throw token.wrong("a number must stand here, not '" + token.text() + "'");
        }
        return token.value();
    }

    private long span() {
        Token token = next();
        if (token.kind() != Kind.SPAN) {
            throw token.wrong("a span of time such as 7d must stand here");
        }
        return (long) token.value();
    }
}
