package dev.mobula.ranking.model.kernels;

/*
 * exp(x) = 2^n * exp(r), n = round(x / ln 2), |r| <= ln 2 / 2, exp(r) by a polynomial of degree 6 in fused steps.
 * Relative error below 2.5e-7 over the finite range; inputs are clamped to [-87, 88]. Written out here, rather than
 * calling the library, because library versions differ in their last bit between machines and releases.
 */
/// Exponential and logistic functions that give the same bits everywhere.
public final class Exponential {
    private static final float LOG2_E = 1.442695f;
    private static final float LN2_HIGH = 0.6933594f;
    private static final float LN2_LOW = -2.12194440e-4f;
    private static final float ROUND = 12_582_912f; // 1.5 * 2^23: adding it rounds to an integer
    private static final int ONE = 0x3f80_0000;
    private static final int MANTISSA_BITS = 23;

    private Exponential() {}

    public static float exp(float x) {
        float clamped = Math.min(Math.max(x, -87f), 88f);
        float shifted = Math.fma(clamped, LOG2_E, ROUND);
        float n = shifted - ROUND;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, clamped));
        float p = 1.3981999e-3f;
        p = Math.fma(p, r, 0.008333452f);
        p = Math.fma(p, r, 4.1665796e-2f);
        p = Math.fma(p, r, 1.6666666e-1f);
        p = Math.fma(p, r, 0.5f);
        p = Math.fma(p, r, 1f);
        p = Math.fma(p, r, 1f);
        int power = (Float.floatToRawIntBits(shifted) << MANTISSA_BITS) + ONE;
        return p * Float.intBitsToFloat(power);
    }

    public static float sigmoid(float x) {
        return 1f / (1f + exp(-x));
    }
}
