package dev.mobula.ranking.safety;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/*
 * A convolution over one-hot bytes: a filter's answer at a place is the sum of one number per byte of its span, read from
 * a table (offset, byte, filter), so that all filters of a place cost `span` rows of additions and no multiplication.
 * The answer of a window is each filter's largest, rectified; a linear head weighs them. Long texts are read in windows
 * that overlap by half, and a head's log odds are the largest over the windows (Zhang, Zhao and LeCun 2015; Kim 2014).
 */
/// A convolutional network over the bytes of a text, with one or more heads.
///
/// @param table (offset, byte, filter), owned
/// @param outer weights of the heads, head after head, owned
@SuppressWarnings("ArrayRecordComponent") // the model's own tables, never handed out changed
public record ByteModel(
        int span, int filters, float[] table, float[] bias, float[] outer, float[] outerBias) {
    /// Bytes of a window.
    public static final int WINDOW_BYTES = 512;

    private static final int BYTES = 256;

    public ByteModel {
        if (span < 1 || span > 16 || filters < 1 || filters > 1_024) {
            throw new RankingException(
                    Code.INVALID_MODEL, "span=" + span + ", filters=" + filters + ", too large");
        }
        boolean fits =
                table.length == span * BYTES * filters
                        && bias.length == filters
                        && outer.length == filters * outerBias.length;
        if (!fits) {
            throw new RankingException(Code.INVALID_WEIGHTS, "bytes: tables of other sizes");
        }
    }

    /// The bytes that are read.
    public static byte[] bytes(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// The largest answers of the filters over a window, at least 0, and where each began.
    ///
    /// @param places where the answers are, relative to the text; -1 for an answer of 0
    public void pool(byte[] text, int from, int to, float[] pooled, int[] places) {
        Arrays.fill(pooled, 0);
        Arrays.fill(places, -1);
        float[] answers = new float[filters];
        int last = Math.max(from, to - span);
        for (int at = from; at <= last; at++) {
            System.arraycopy(bias, 0, answers, 0, filters);
            int end = Math.min(span, to - at);
            for (int offset = 0; offset < end; offset++) {
                int row = (offset * BYTES + (text[at + offset] & 0xFF)) * filters;
                for (int filter = 0; filter < filters; filter++) {
                    answers[filter] += table[row + filter];
                }
            }
            for (int filter = 0; filter < filters; filter++) {
                if (answers[filter] > pooled[filter]) {
                    pooled[filter] = answers[filter];
                    places[filter] = at;
                }
            }
        }
    }

    /// Log odds of pooled answers.
    public double odds(float[] pooled, int head) {
        float sum = outerBias[head];
        for (int filter = 0; filter < filters; filter++) {
            sum += outer[head * filters + filter] * pooled[filter];
        }
        return sum;
    }

    void margins(CharSequence text, double[] margins) {
        byte[] bytes = bytes(text);
        int step = WINDOW_BYTES / 2;
        float[] before = new float[filters];
        float[] own = new float[filters];
        float[] both = new float[filters];
        float[] answers = new float[filters];
        Arrays.fill(margins, Double.NEGATIVE_INFINITY);
        // A window is two halves, of which each is read once.
        for (int from = 0; from == 0 || from + span <= bytes.length; from += step) {
            Arrays.fill(own, 0);
            int last = Math.min(bytes.length - span, from + step - 1);
            for (int at = from; at <= Math.max(from, last); at++) {
                raise(bytes, at, answers, own);
            }
            boolean whole = from > 0 || bytes.length < step + span;
            if (whole) {
                for (int filter = 0; filter < filters; filter++) {
                    both[filter] = Math.max(before[filter], own[filter]);
                }
                for (int head = 0; head < margins.length; head++) {
                    margins[head] = Math.max(margins[head], odds(both, head));
                }
            }
            float[] held = before;
            before = own;
            own = held;
        }
    }

    /// Raises each filter's largest answer to that at a place; two rows of the table are read at a time.
    private void raise(byte[] text, int at, float[] answers, float[] largest) {
        System.arraycopy(bias, 0, answers, 0, filters);
        int end = Math.min(span, text.length - at);
        int offset = 0;
        for (; offset + 1 < end; offset += 2) {
            int row = (offset * BYTES + (text[at + offset] & 0xFF)) * filters;
            int next = ((offset + 1) * BYTES + (text[at + offset + 1] & 0xFF)) * filters;
            for (int filter = 0; filter < filters; filter++) {
                answers[filter] += table[row + filter] + table[next + filter];
            }
        }
        if (offset < end) {
            int row = (offset * BYTES + (text[at + offset] & 0xFF)) * filters;
            for (int filter = 0; filter < filters; filter++) {
                answers[filter] += table[row + filter];
            }
        }
        for (int filter = 0; filter < filters; filter++) {
            largest[filter] = Math.max(largest[filter], answers[filter]);
        }
    }
}
