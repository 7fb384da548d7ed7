/// What the engine can be asked over HTTP: its routes by subject, and the document that describes them.
///
/// Open [dev.mobula.cluster.api.FeedRoutes] for an example; `openapi.yaml` beside the classes is the reference, and a test
/// holds the two together.
@NullMarked
package dev.mobula.cluster.api;

import org.jspecify.annotations.NullMarked;
