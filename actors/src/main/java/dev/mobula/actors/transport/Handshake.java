package dev.mobula.actors.transport;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Mutual proof that both ends of a connection know a key, before anything else is read.
public final class Handshake {
    /*
     * Each side sends magic, version and a nonce, then HMAC-SHA256(key, role | both nonces). The
     * key itself never travels. The roles differ, so no proof can be played back to its sender.
     */
    private static final int MAGIC_AND_VERSION = 0x4D4F4201;
    private static final int NONCE_BYTES = 32;
    private static final int PROOF_BYTES = 32;
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final byte CALLER = 1;
    private static final byte SERVICE = 2;

    private Handshake() {}

    /// The proof of the side that connected.
    public static void asCaller(Socket socket, byte[] key, SecureRandom random) throws IOException {
        run(socket, key, random, CALLER, SERVICE);
    }

    /// The proof of the side that was connected to.
    public static void asService(Socket socket, byte[] key, SecureRandom random)
            throws IOException {
        run(socket, key, random, SERVICE, CALLER);
    }

    private static void run(Socket socket, byte[] key, SecureRandom random, byte self, byte peer)
            throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        socket.setTcpNoDelay(true);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        OutputStream out = socket.getOutputStream();
        out.write(
                ByteBuffer.allocate(Integer.BYTES + NONCE_BYTES)
                        .putInt(MAGIC_AND_VERSION)
                        .put(nonce)
                        .array());
        int greeting = ByteBuffer.wrap(read(socket, Integer.BYTES, deadline)).getInt();
        if (greeting != MAGIC_AND_VERSION) {
            throw new IOException("the peer greets with 0x" + Integer.toHexString(greeting));
        }
        byte[] peerNonce = read(socket, NONCE_BYTES, deadline);
        out.write(proof(key, self, nonce, peerNonce));
        byte[] peerProof = read(socket, PROOF_BYTES, deadline);
        if (!MessageDigest.isEqual(peerProof, proof(key, peer, peerNonce, nonce))) {
            throw new IOException("the peer does not know the key of this endpoint");
        }
        socket.setSoTimeout(0);
    }

    /// The next bytes, all of them before the deadline, however slowly they trickle.
    private static byte[] read(Socket socket, int length, long deadline) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] bytes = new byte[length];
        int size = 0;
        while (size < length) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMillis <= 0) {
                throw new SocketTimeoutException("no handshake within " + LIMIT);
            }
            socket.setSoTimeout((int) leftMillis);
            int count = in.read(bytes, size, length - size);
            if (count < 0) {
                throw new EOFException("the peer left during the handshake");
            }
            size += count;
        }
        return bytes;
    }

    private static byte[] proof(byte[] key, byte role, byte[] nonce, byte[] peerNonce) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(role);
            mac.update(nonce);
            mac.update(peerNonce);
            return mac.doFinal();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("HmacSHA256 is part of every Java runtime", impossible);
        }
    }
}
