package dev.mobula.retrieval.canonical;

import java.util.Arrays;

/// Code points and where in the source each came from, in flat arrays that grow.
final class Points {
    /// Stands for what is no character.
    static final int REPLACEMENT = 0xFFFD;

    private int[] codes;
    private int[] starts;
    private int[] ends;
    private int size;

    Points(int capacity) {
        codes = new int[Math.max(8, capacity)];
        starts = new int[codes.length];
        ends = new int[codes.length];
    }

    /// The code points of a text; halves of surrogate pairs become replacement characters.
    static Points of(String text) {
        Points points = new Points(text.length());
        for (int at = 0; at < text.length(); ) {
            int code = text.codePointAt(at);
            int next = at + Character.charCount(code);
            points.add(isHalf(code) ? REPLACEMENT : code, at, next);
            at = next;
        }
        return points;
    }

    private static boolean isHalf(int code) {
        return code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
    }

    void add(int code, int start, int end) {
        if (size == codes.length) {
            int capacity = size + (size >> 1) + 8;
            codes = Arrays.copyOf(codes, capacity);
            starts = Arrays.copyOf(starts, capacity);
            ends = Arrays.copyOf(ends, capacity);
        }
        codes[size] = code;
        starts[size] = start;
        ends[size++] = end;
    }

    /// Adds a text, all of which came from the same place.
    void addAll(String text, int start, int end) {
        for (int at = 0; at < text.length(); ) {
            int code = text.codePointAt(at);
            add(isHalf(code) ? REPLACEMENT : code, start, end);
            at += Character.charCount(code);
        }
    }

    void copy(Points from, int index) {
        add(from.codes[index], from.starts[index], from.ends[index]);
    }

    /// Moves one point to an earlier place.
    void move(int to, int from, int code) {
        codes[to] = code;
        starts[to] = starts[from];
        ends[to] = ends[from];
    }

    void replace(int index, int code) {
        codes[index] = code;
    }

    void truncate(int length) {
        size = length;
    }

    int size() {
        return size;
    }

    int code(int index) {
        return codes[index];
    }

    int start(int index) {
        return starts[index];
    }

    int end(int index) {
        return ends[index];
    }

    /// Characters of the text these points spell.
    int chars() {
        int chars = size;
        for (int i = 0; i < size; i++) {
            chars += codes[i] >>> 16 == 0 ? 0 : 1;
        }
        return chars;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(size);
        for (int i = 0; i < size; i++) {
            text.appendCodePoint(codes[i]);
        }
        return text.toString();
    }

    /// The source range of some points.
    Span span(int from, int to) {
        return from >= to ? new Span(0, 0) : new Span(starts[from], ends[to - 1]);
    }
}
