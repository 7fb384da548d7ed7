package dev.mobula.actors.safety.audit;

import java.security.MessageDigest;
import java.util.HexFormat;

/// What a link commits to: a text, and a secret salt without which nobody can guess the text from the commitment.
public record AuditContent(String salt, String text) {
    /// What stands in the chain for it.
    public String commitment() {
        MessageDigest digest = AuditEntry.sha256();
        AuditEntry.feed(digest, salt);
        AuditEntry.feed(digest, text);
        return HexFormat.of().formatHex(digest.digest());
    }
}
