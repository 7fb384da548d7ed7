package dev.mobula.ranking.experiment;

import static dev.mobula.ranking.experiment.ExperimentPlan.refused;

import java.util.List;

/// Something an arm may change: its name, what it is without any experiment, and what it may be.
public sealed interface Parameter<T> {
    String name();

    /// What it is where no experiment says otherwise.
    T standard();

    /// A value from its text; refused when it is none of this parameter's.
    T parse(String text);

    /// A number in a range.
    record Real(String name, Double standard, double min, double max) implements Parameter<Double> {
        public Real {
            inRange(name, standard, min, max);
        }

        private static double inRange(String name, double value, double min, double max) {
            if (!(value >= min && value <= max)) {
                throw refused(name + "=" + value + " is outside " + min + ".." + max);
            }
            return value;
        }

        @Override
        public Double parse(String text) {
            try {
                return inRange(name, Double.parseDouble(text), min, max);
            } catch (NumberFormatException bad) {
                throw refused(name + "=" + text + " is not a number", bad);
            }
        }
    }

    /// A whole number in a range.
    record Whole(String name, Integer standard, int min, int max) implements Parameter<Integer> {
        public Whole {
            inRange(name, standard, min, max);
        }

        private static int inRange(String name, int value, int min, int max) {
            if (value < min || value > max) {
                throw refused(name + "=" + value + " is outside " + min + ".." + max);
            }
            return value;
        }

        @Override
        public Integer parse(String text) {
            try {
                return inRange(name, Integer.parseInt(text), min, max);
            } catch (NumberFormatException bad) {
                throw refused(name + "=" + text + " is not a whole number", bad);
            }
        }
    }

    /// A text that is not blank where an experiment gives it, such as a value expression.
    record Text(String name, String standard, int charsMax) implements Parameter<String> {
        @Override
        public String parse(String text) {
            if (text.isBlank() || text.length() > charsMax) {
                throw refused(
                        name
                                + " of "
                                + text.length()
                                + " characters is blank or longer than "
                                + charsMax);
            }
            return text;
        }
    }

    /// On or off.
    record Switch(String name, Boolean standard) implements Parameter<Boolean> {
        @Override
        public Boolean parse(String text) {
            return switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw refused(name + "=" + text + " is neither true nor false");
            };
        }
    }

    /// One of a few words.
    record Choice(String name, String standard, List<String> options) implements Parameter<String> {
        public Choice {
            options = List.copyOf(options);
            oneOf(name, standard, options);
        }

        private static String oneOf(String name, String value, List<String> options) {
            if (!options.contains(value)) {
                throw refused(name + "=" + value + " is none of " + options);
            }
            return value;
        }

        @Override
        public String parse(String text) {
            return oneOf(name, text, options);
        }
    }
}
