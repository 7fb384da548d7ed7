/// Settings in YAML, read safely: no types but plain ones, every key and value checked, every refusal with its line.
///
/// Open [Settings] first.
@NullMarked
package dev.mobula.training.settings;

import org.jspecify.annotations.NullMarked;
