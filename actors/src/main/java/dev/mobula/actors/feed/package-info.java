/// From a request to a page: find candidates, drop what must not be shown, rank, cut.
///
/// [dev.mobula.actors.feed.Feed] is the pipeline.
@NullMarked
package dev.mobula.actors.feed;

import org.jspecify.annotations.NullMarked;
