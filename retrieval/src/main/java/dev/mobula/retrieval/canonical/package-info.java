/// Text as it was meant: disguises taken off, encodings opened, every character traced back to the source.
///
/// Open [dev.mobula.retrieval.canonical.Canonicaliser] first; it makes a
/// [dev.mobula.retrieval.canonical.Canonical] of a text. [dev.mobula.retrieval.canonical.Disguise] is the other
/// direction: what people do to a text so that machines do not recognise it, for tests and evaluations.
@NullMarked
package dev.mobula.retrieval.canonical;

import org.jspecify.annotations.NullMarked;
