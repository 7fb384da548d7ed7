package dev.mobula.actors.runtime;

import java.nio.ByteBuffer;

/// One request on its way through a mailbox.
sealed interface Letter {
    /// The operation asked for.
    int op();

    /// When it came.
    long arrivedNanos();

    /// Where its answer goes, and by when.
    Reply reply();

    /// What its body counts against the mailbox's bytes.
    default int bytes() {
        return 0;
    }

    /// What it counts against the mailbox's shipments.
    default int shipments() {
        return 0;
    }

    /// A call, answered alone or together with others for its operation.
    record Call(int op, byte[] body, long arrivedNanos, Reply reply) implements Letter {
        @Override
        public int bytes() {
            return body.length;
        }
    }

    /// A large buffer that lives elsewhere; always answered alone.
    record Shipment(int op, ByteBuffer content, long arrivedNanos, Reply reply) implements Letter {
        @Override
        public int shipments() {
            return 1;
        }
    }
}
