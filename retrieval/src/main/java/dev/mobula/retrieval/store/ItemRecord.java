package dev.mobula.retrieval.store;

/// An item as it is stored: a checksummed record, see [ItemCodec].
///
/// @param bytes owned by whoever holds the record
@SuppressWarnings("ArrayRecordComponent") // read once, on its way to a caller
public record ItemRecord(long id, byte[] bytes) {}
