/** What the bundled copy of sqlite-jdbc is to do otherwise; the host's own copy is another. */
@NullMarked
package org.sqlite.util;

import org.jspecify.annotations.NullMarked;
