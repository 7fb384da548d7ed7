package dev.mobula.actors.safety.audit;

import org.jspecify.annotations.Nullable;

/// A link with what is stored beside it.
///
/// @param facts what stays
/// @param personal what speaks of people; null when nothing does, or when it was erased
public record AuditRow(
        AuditEntry entry, @Nullable AuditContent facts, @Nullable AuditContent personal) {}
