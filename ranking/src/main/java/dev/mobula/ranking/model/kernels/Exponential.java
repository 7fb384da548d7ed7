package dev.mobula.ranking.model.kernels;

/*
 * exp(x) = 2^n * exp(r), n = round(x / ln 2), |r| <= ln 2 / 2, exp(r) by a polynomial of degree 6 in fused steps.
 * Relative error below 2.5e-7 over the finite range; inputs are clamped to [-87, 88]. Written out here, rather than
 * calling the library, because library versions differ in their last bit between machines and releases.
 */
/// Exponential and logistic functions that give the same bits everywhere.
public final class Exponential {
    static final float LOG2_E = 1.442695f;
    static final float LN2_HIGH = 0.6933594f;
    static final float LN2_LOW = -2.12194440e-4f;
    static final float ROUND = 12_582_912f; // 1.5 * 2^23: adding it rounds to an integer
    static final int ONE = 0x3f80_0000;
    static final int MANTISSA_BITS = 23;
    static final float P6 = 1.3981999e-3f;
    static final float P5 = 0.008333452f;
    static final float P4 = 4.1665796e-2f;
    static final float P3 = 1.6666666e-1f;
    static final float P2 = 0.5f;
    static final float LEAST = -87f;
    static final float MOST = 88f;

    private Exponential() {}

    public static float exp(float x) {
        float clamped = Math.min(Math.max(x, LEAST), MOST);
        float shifted = Math.fma(clamped, LOG2_E, ROUND);
        float n = shifted - ROUND;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, clamped));
        float p = P6;
        p = Math.fma(p, r, P5);
        p = Math.fma(p, r, P4);
        p = Math.fma(p, r, P3);
        p = Math.fma(p, r, P2);
        p = Math.fma(p, r, 1f);
        p = Math.fma(p, r, 1f);
        int power = (Float.floatToRawIntBits(shifted) << MANTISSA_BITS) + ONE;
        return p * Float.intBitsToFloat(power);
    }

    public static float sigmoid(float x) {
        return 1f / (1f + exp(-x));
    }
}
