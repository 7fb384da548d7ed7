/// From valued candidates to a page.
///
/// A [dev.mobula.ranking.page.Slate] splits a [dev.mobula.ranking.page.PagePool] into selected, reserve and filtered;
/// every rule of the page is a [dev.mobula.ranking.page.SlateEdit], a pure function from slate to slate. Open the slate
/// first.
@NullMarked
package dev.mobula.ranking.page;

import org.jspecify.annotations.NullMarked;
