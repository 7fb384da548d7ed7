/// From a request to a page: who asks, what they like, candidates of every source, what must not be shown, scores, values,
/// the page, and a last word of every owner.
///
/// [dev.mobula.actors.feed.Feed] answers requests; the pipeline behind it is a page of straight lines, each line a stage
/// with a deadline, counted so that nothing is lost. Open `Pipeline` first.
@NullMarked
package dev.mobula.actors.feed;

import org.jspecify.annotations.NullMarked;
