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
