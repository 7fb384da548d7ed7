/// Files that are there whole or not at all, and folders that one owner holds at a time.
///
/// What must survive a crash or a second process goes through here. Open [DurableFile] first.
@NullMarked
package dev.mobula.training.durable;

import org.jspecify.annotations.NullMarked;
