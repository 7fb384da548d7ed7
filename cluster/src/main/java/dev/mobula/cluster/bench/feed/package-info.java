/// Speed of the whole feed, from a request to a page, beside a feed built in Python on the same Ray.
///
/// Open [dev.mobula.cluster.bench.feed.FeedBench] first.
@NullMarked
package dev.mobula.cluster.bench.feed;

import org.jspecify.annotations.NullMarked;
