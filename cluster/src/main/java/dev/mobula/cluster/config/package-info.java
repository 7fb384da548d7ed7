/// Configuration in YAML: one tree of records holds every key with its default, its range and what it means.
///
/// Open [dev.mobula.cluster.config.ConfigFile] first: it reads a file and finds everything that is wrong with it at once.
/// [dev.mobula.cluster.config.ConfigText] writes a tree as a commented file.
@NullMarked
package dev.mobula.cluster.config;

import org.jspecify.annotations.NullMarked;
