/// What a text or an account must not do, and what is done about it: models of text, the guard in front of and behind
/// language models, labels and what they mean for a viewer, rules.
///
/// Open [dev.mobula.ranking.safety.Guard] for scans, [dev.mobula.ranking.safety.TextModel] for the models beneath it.
@NullMarked
package dev.mobula.ranking.safety;

import org.jspecify.annotations.NullMarked;
