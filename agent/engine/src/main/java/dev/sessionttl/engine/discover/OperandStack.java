package dev.sessionttl.engine.discover;

import static net.bytebuddy.jar.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.Type;

/** The operand stack of one method, slot by slot as the JVM counts: a long or double takes two, the upper one empty. */
final class OperandStack {
    private List<Value> slots = new ArrayList<>();
    private final Map<Label, List<Value>> atJump = new HashMap<>();
    private final Set<Label> handlers = new HashSet<>();
    private boolean ended;

    void push(Value value) {
        slots.add(value);
    }

    void pushWide(Value value) {
        slots.add(value);
        slots.add(Value.UNKNOWN);
    }

    void pushResult(String descriptor, Value value) {
        switch (Type.getReturnType(descriptor).getSize()) {
            case 1 -> push(value);
            case 2 -> pushWide(value);
            default -> {
                // void
            }
        }
    }

    /** Code that nothing leads to, or that was not followed rightly, finds an empty stack: what it pops is unknown. */
    Value pop() {
        return slots.isEmpty() ? Value.UNKNOWN : slots.remove(slots.size() - 1);
    }

    void pop(int count) {
        for (int i = 0; i < count; i++) {
            pop();
        }
    }

    Value popWide() {
        pop();
        return pop();
    }

    List<Value> popArguments(String descriptor) {
        Type[] types = Type.getArgumentTypes(descriptor);
        Value[] arguments = new Value[types.length];
        for (int i = types.length - 1; i >= 0; i--) {
            arguments[i] = types[i].getSize() == 2 ? popWide() : pop();
        }
        return List.of(arguments);
    }

    /** A constructor has made more of what lies on top. */
    void replaceTop(Value old, Value made) {
        int top = slots.size() - 1;
        if (top >= 0 && slots.get(top) == old) {
            slots.set(top, made);
        }
    }

    void jumpTo(Label label) {
        atJump.putIfAbsent(label, new ArrayList<>(slots));
    }

    void isHandler(Label label) {
        handlers.add(label);
    }

    /** After a return, a throw or a jump: what follows is reached from elsewhere. */
    void endOfPath() {
        ended = true;
        slots = new ArrayList<>();
    }

    void arriveAt(Label label) {
        List<Value> fromElsewhere = atJump.getOrDefault(label, List.of());
        if (handlers.contains(label)) {
            slots = new ArrayList<>(List.of(Value.UNKNOWN));
        } else if (ended) {
            slots = new ArrayList<>(fromElsewhere);
        } else if (fromElsewhere.size() == slots.size()) {
            for (int i = 0; i < slots.size(); i++) {
                slots.set(i, merged(slots.get(i), fromElsewhere.get(i)));
            }
        }
        ended = false;
    }

    private static Value merged(Value one, Value other) {
        if (one == other || other instanceof Value.Unknown) {
            return one;
        }
        return one instanceof Value.Unknown ? other : new Value.Either(one, other);
    }

    void apply(int opcode) {
        switch (opcode) {
            case NOP, INEG, LNEG, FNEG, DNEG, I2F, L2D, F2I, D2L, I2B, I2C, I2S -> {}
            case ACONST_NULL, FCONST_0, FCONST_1, FCONST_2 -> push(Value.UNKNOWN);
            case ICONST_M1, ICONST_0, ICONST_1, ICONST_2, ICONST_3, ICONST_4, ICONST_5 ->
                push(new Value.Constant(opcode - ICONST_0));
            case LCONST_0, LCONST_1, DCONST_0, DCONST_1 -> pushWide(Value.UNKNOWN);
            case IALOAD, FALOAD, BALOAD, CALOAD, SALOAD -> replace(2, 1);
            case AALOAD -> load();
            case LALOAD, DALOAD -> replace(2, 2);
            case IASTORE, FASTORE, BASTORE, CASTORE, SASTORE -> pop(3);
            case AASTORE -> store();
            case LASTORE, DASTORE -> pop(4);
            case POP, MONITORENTER, MONITOREXIT -> pop();
            case POP2 -> pop(2);
            case DUP -> duplicate(1, 0);
            case DUP_X1 -> duplicate(1, 1);
            case DUP_X2 -> duplicate(1, 2);
            case DUP2 -> duplicate(2, 0);
            case DUP2_X1 -> duplicate(2, 1);
            case DUP2_X2 -> duplicate(2, 2);
            case SWAP -> swap();
            case I2L, I2D, F2L, F2D -> replace(1, 2);
            case L2I, L2F, D2I, D2F, ARRAYLENGTH -> replace(opcode == ARRAYLENGTH ? 1 : 2, 1);
            case LCMP, DCMPL, DCMPG -> replace(4, 1);
            case LSHL, LSHR, LUSHR -> replace(3, 2);
            case LADD, LSUB, LMUL, LDIV, LREM, LAND, LOR, LXOR, DADD, DSUB, DMUL, DDIV, DREM -> replace(4, 2);
            default -> replace(2, 1);
        }
    }

    private void replace(int popped, int pushed) {
        pop(popped);
        for (int i = 0; i < pushed; i++) {
            push(Value.UNKNOWN);
        }
    }

    private void load() {
        Value index = pop();
        Value array = pop();
        boolean isKnown = array instanceof Value.Elements elements
                && index instanceof Value.Constant constant
                && constant.content() instanceof Integer at
                && at >= 0
                && at < elements.items().size();
        push(
                isKnown
                        ? ((Value.Elements) array).items().get((Integer) ((Value.Constant) index).content())
                        : Value.UNKNOWN);
    }

    private void store() {
        Value value = pop();
        pop();
        if (pop() instanceof Value.Elements elements && value != elements) {
            elements.items().add(value);
        }
    }

    /** Copies the uppermost slots to below so many others. */
    private void duplicate(int count, int below) {
        List<Value> top = new ArrayList<>();
        for (int i = 0; i < count + below; i++) {
            top.add(0, pop());
        }
        slots.addAll(top.subList(below, top.size()));
        slots.addAll(top);
    }

    private void swap() {
        Value first = pop();
        Value second = pop();
        push(first);
        push(second);
    }
}
