package dev.sessionttl.engine.weaving;

import net.bytebuddy.asm.Advice;

/**
 * What is woven into the end of a constructor, under the same rules as {@link SiteAdvice}. Its beginning cannot be watched,
 * nor what it throws: before the call of the constructor above there is no object yet, and no handler may span that call.
 */
final class ConstructorAdvice {
    private ConstructorAdvice() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(
            @SiteAdvice.Site int site,
            @Advice.This Object self,
            @Advice.AllArguments(readOnly = true) Object[] arguments) {
        SessionTtlDoor.built(site, self, arguments);
    }
}
