/** The one place where session ids stand whole: what was dropped, so that it can be put back by hand. */
@NullMarked
package dev.sessionttl.engine.audit;

import org.jspecify.annotations.NullMarked;
