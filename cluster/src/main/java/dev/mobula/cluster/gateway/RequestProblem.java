package dev.mobula.cluster.gateway;

/// A request that names something it may not: the field, its value, and what would be right.
public final class RequestProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int VALUE_CHARS_MAX = 200;

    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;

    private final String field;
    private final String value;
    private final int status;

    public RequestProblem(String field, Object value, String requirement) {
        this(
                field,
                shortened(value),
                field + "=" + shortened(value) + " " + requirement,
                BAD_REQUEST);
    }

    private RequestProblem(String field, String value, String message, int status) {
        super(message);
        this.field = field;
        this.value = value;
        this.status = status;
    }

    /// A field that must be there.
    public static RequestProblem missing(String field, String requirement) {
        return new RequestProblem(field, "", field + " is missing; " + requirement, BAD_REQUEST);
    }

    /// Something that was named and is not there.
    public static RequestProblem absent(String field, Object value) {
        return new RequestProblem(
                field,
                shortened(value),
                field + "=" + shortened(value) + " is not there",
                NOT_FOUND);
    }

    /// The same problem in a row of a batch, or in a part of a body.
    public RequestProblem within(String place) {
        String inside = place + "." + field;
        String message = String.valueOf(getMessage());
        return new RequestProblem(
                inside,
                value,
                message.startsWith(field) ? place + "." + message : place + ": " + message,
                status);
    }

    private static String shortened(Object value) {
        String text = String.valueOf(value);
        return text.length() <= VALUE_CHARS_MAX ? text : text.substring(0, VALUE_CHARS_MAX) + "…";
    }

    /// The HTTP status that says so.
    public int status() {
        return status;
    }

    public String field() {
        return field;
    }

    public String value() {
        return value;
    }
}
