package dev.sessionttl.engine.weaving;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner.Typing;
import org.jspecify.annotations.Nullable;

/**
 * What is woven into every site. Its code is copied into the host's method, so it may name nothing but the JDK's classes,
 * the door among them.
 *
 * <p>A replacement travels as an {@code Object[]}: with {@code @AssignReturned} a plain null would be skipped, and with
 * that switched off an exception in the advice would erase the session (law 6).
 */
final class SiteAdvice {
    private SiteAdvice() {}

    /** The number of the woven method. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    @interface Site {}

    @Advice.OnMethodEnter(suppress = Throwable.class, skipOn = Object[].class)
    static @Nullable Object enter(
            @Site int site,
            @Advice.This(optional = true) Object self,
            @Advice.AllArguments(readOnly = true) Object[] arguments) {
        return SessionTtlDoor.enter(site, self, arguments);
    }

    @Advice.OnMethodExit(suppress = Throwable.class, onThrowable = Throwable.class)
    @Advice.AssignReturned.ToReturned(index = 0, typing = Typing.DYNAMIC)
    @Advice.AssignReturned.ToThrown(index = 1, typing = Typing.DYNAMIC)
    static Object @Nullable [] exit(
            @Site int site,
            @Advice.Enter @Nullable Object entered,
            @Advice.Return(typing = Typing.DYNAMIC) @Nullable Object returned,
            @Advice.Thrown @Nullable Throwable thrown) {
        return SessionTtlDoor.exit(site, entered, returned, thrown);
    }
}
