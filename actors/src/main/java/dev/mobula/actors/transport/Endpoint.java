package dev.mobula.actors.transport;

import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.Address;
import java.security.SecureRandom;

/// Where one service process takes calls, and the secret that proves who is who.
///
/// Every process draws a fresh key, so that a caller can never mistake a new process on an old
/// port for the one it knew.
public record Endpoint(Address address, byte[] key) {
    static final int KEY_BYTES = 32;

    public Endpoint {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("key of " + key.length + " bytes, not " + KEY_BYTES);
        }
    }

    static byte[] freshKey(SecureRandom random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return key;
    }

    public void write(MessageWriter out) {
        address.write(out);
        out.writeBytes(key);
    }

    public static Endpoint read(MessageReader in) {
        return new Endpoint(Address.read(in), in.readBytes());
    }

    /// The address alone: the key belongs in no log.
    @Override
    public String toString() {
        return address.toString();
    }
}
