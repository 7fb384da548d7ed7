package dev.mobula.cluster.cli;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads an address in digits; Ray's nodes know each other by those, not by names.
final class IpAddress implements ITypeConverter<String> {
    private static final Pattern ADDRESS =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*");

    @Override
    public String convert(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            throw new TypeConversionException(
                    "\"" + text + "\" is no IP address; write for example 10.0.0.7");
        }
        return text;
    }
}
