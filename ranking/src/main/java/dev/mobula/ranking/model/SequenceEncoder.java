package dev.mobula.ranking.model;

/// Turns a user's event sequence into one vector. Immutable and shared; each thread opens a session of its own.
public interface SequenceEncoder {
    /// Width of an event's embedding and of the result.
    int width();

    /// Longest sequence it reads.
    int eventsMax();

    Session open();

    /// One thread's working memory.
    interface Session {
        /// Encodes `count` embeddings that lie one after the other, oldest first. No events give zeros.
        void encode(float[] events, int count, float[] out, int outAt);
    }
}
