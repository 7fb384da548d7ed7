/// The engine as a Java program asks it over HTTP: typed calls and problems, retries that do no harm.
///
/// Open [dev.mobula.cluster.client.MobulaClient] first.
@NullMarked
package dev.mobula.cluster.client;

import org.jspecify.annotations.NullMarked;
