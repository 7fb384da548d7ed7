package dev.mobula.cluster.gateway;

/// A request that names something it may not: the field, its value, and what would be right.
public final class RequestProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int VALUE_CHARS_MAX = 200;

    private final String field;
    private final String value;

    public RequestProblem(String field, Object value, String requirement) {
        super(field + "=" + shortened(value) + " " + requirement);
        this.field = field;
        this.value = shortened(value);
    }

    private RequestProblem(String field, String message) {
        super(message);
        this.field = field;
        this.value = "";
    }

    /// A field that must be there.
    public static RequestProblem missing(String field, String requirement) {
        return new RequestProblem(field, field + " is missing; " + requirement);
    }

    private static String shortened(Object value) {
        String text = String.valueOf(value);
        return text.length() <= VALUE_CHARS_MAX ? text : text.substring(0, VALUE_CHARS_MAX) + "…";
    }

    public String field() {
        return field;
    }

    public String value() {
        return value;
    }
}
