/// A log of decisions that shows when it was edited, cut or had something taken out, and that can forget people.
///
/// Open [dev.mobula.actors.safety.audit.AuditChain]; [dev.mobula.actors.safety.audit.AuditVerifier] trusts nobody.
@NullMarked
package dev.mobula.actors.safety.audit;

import org.jspecify.annotations.NullMarked;
