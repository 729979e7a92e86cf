package dev.sessionttl.engine.weaving;

import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/**
 * What is woven into the method of a logging library that every line goes through, under the same rules as
 * {@link SiteAdvice}. Only its beginning is of interest; what the library then does with the line is none of ours.
 */
final class LogAdvice {
    private LogAdvice() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(
            @SiteAdvice.Site int site,
            @Advice.This(optional = true) @Nullable Object self,
            @Advice.AllArguments(readOnly = true) Object[] arguments) {
        SessionTtlDoor.tell(site, self, arguments);
    }
}
