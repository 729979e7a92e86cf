/** What class files say, read from their bytes: nothing of the host is loaded for it. */
@NullMarked
package dev.sessionttl.engine.classfile;

import org.jspecify.annotations.NullMarked;
