package dev.sessionttl.engine.weaving;

import dev.sessionttl.engine.callsite.HostMember;
import dev.sessionttl.engine.callsite.ValuePath;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is done before the body runs, in a host that keeps the id in a field and reads it there: a stale id is taken out of
 * the field, or the host's own method is called that does so.
 *
 * @param place where the config says so
 * @param id path to the id
 * @param field the same, as the field that is set to null
 * @param call what is called instead
 */
record ClearOnEnter(String place, ValuePath id, HostMember field, Optional<HostMember> call) {
    void clear(@Nullable Object self, @Nullable Object[] arguments) {
        HostMember member = call.orElse(field);
        Object owner = ValuePaths.onEnter(member.owner(), self, arguments);
        try {
            if (owner == null) {
                throw new NoSuchFieldException(member.owner() + " is null");
            }
            if (call.isPresent()) {
                member.call(owner);
            } else {
                member.clear(owner);
            }
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(place + ".onEnter: " + impossible.getMessage(), impossible);
        }
    }
}
