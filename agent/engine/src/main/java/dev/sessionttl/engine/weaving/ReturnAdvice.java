package dev.sessionttl.engine.weaving;

import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner.Typing;
import org.jspecify.annotations.Nullable;

/**
 * What is woven into a method that is decided by what it returns alone, under the same rules as {@link SiteAdvice}. Such a
 * method may be a getter that serializers call: nothing is done on entry, and no array of arguments is made.
 */
final class ReturnAdvice {
    private ReturnAdvice() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    @Advice.AssignReturned.ToReturned(index = 0, typing = Typing.DYNAMIC)
    static Object @Nullable [] exit(
            @SiteAdvice.Site int site, @Advice.Return(typing = Typing.DYNAMIC) @Nullable Object returned) {
        return SessionTtlDoor.handOut(site, returned);
    }
}
