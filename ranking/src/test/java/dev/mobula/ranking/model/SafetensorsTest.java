package dev.mobula.ranking.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.RankingException;
import dev.mobula.testing.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SafetensorsTest {
    private static final Weights WEIGHTS =
            Weights.random(Map.of("a.weight", List.of(3, 2), "b", List.of(4), "é", List.of(1)), 1);

    @Test
    void whatIsWrittenReadsBackToTheBit() {
        Weights again = Safetensors.of(Safetensors.toBytes(WEIGHTS));
        assertThat(again.tensors().keySet()).isEqualTo(WEIGHTS.tensors().keySet());
        WEIGHTS.tensors()
                .forEach(
                        (name, tensor) ->
                                assertThat(again.require(name, tensor.shape()))
                                        .isEqualTo(tensor.values()));
    }

    @Test
    void aFileCutAnywhereIsRefused() {
        byte[] whole = Safetensors.toBytes(WEIGHTS);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Safetensors.of(cut)).isInstanceOf(RankingException.class);
        }
    }

    @Test
    void noDamagedByteEndsInAnythingButARefusalOrWeights() {
        byte[] whole = Safetensors.toBytes(WEIGHTS);
        Seeds.forAll(
                2_000,
                random -> {
                    byte[] damaged = whole.clone();
                    damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                    try {
                        Safetensors.of(damaged);
                    } catch (RankingException refusal) {
                        assertThat(refusal.code().isCallersFault()).isTrue();
                    }
                });
    }

    @Test
    void anotherTypeIsRefusedByName() {
        assertThatThrownBy(
                        () ->
                                Safetensors.of(
                                        file(
                                                "{\"w\":{\"dtype\":\"BF16\",\"shape\":[2],"
                                                        + "\"data_offsets\":[0,4]}}",
                                                4)))
                .hasMessageContaining("'w' has dtype 'BF16'");
    }

    @Test
    void offsetsBeyondTheFileAreRefusedByName() {
        assertThatThrownBy(
                        () ->
                                Safetensors.of(
                                        file(
                                                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],"
                                                        + "\"data_offsets\":[0,8]}}",
                                                4)))
                .hasMessageContaining("'w' of shape [2] at bytes 0..8 of 4");
    }

    @Test
    void aWeightThatIsNotFiniteIsRefusedByNameAndPlace() {
        byte[] file = file("{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8);
        ByteBuffer.wrap(file)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(file.length - Float.BYTES, Float.NaN);
        assertThatThrownBy(() -> Safetensors.of(file))
                .hasMessageContaining("weight 'w'[1] = NaN is not finite");
    }

    private static byte[] file(String header, int dataBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + json.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }
}
