package dev.mobula.cluster.cli;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads the name of a cluster or of a node.
final class ClusterName implements ITypeConverter<String> {
    static final String DEFAULT = "mobula";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,39}");

    @Override
    public String convert(String text) {
        if (!NAME.matcher(text).matches()) {
            throw new TypeConversionException(
                    "\"" + text + "\" is no name; use up to 40 letters, digits, '-' and '_'");
        }
        return text;
    }
}
