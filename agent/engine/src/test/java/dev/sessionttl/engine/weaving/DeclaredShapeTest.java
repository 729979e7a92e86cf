package dev.sessionttl.engine.weaving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessionttl.engine.callsite.SyntaxException;
import dev.sessionttl.engine.callsite.ValuePath;
import dev.sessionttl.engine.classfile.ClassHeaders;
import dev.sessionttl.engine.classfile.DeclaredType;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclaredShapeTest {
    @ParameterizedTest
    @CsvSource({
        "row,           return.sessionId",
        "row,           return.id",
        "row,           return.live",
        "row,           return.owner.name",
        "row,           return.inherited",
        "row,           return.secret",
        "optional,      return.sessionId",
        "future,        return.sessionId",
        "nested,        return.sessionId",
        "rows,          return[0].sessionId",
        "array,         return[0].sessionId",
        "arrays,        return[0][1].sessionId",
        "optionalRows,  return[0].owner.name",
        "ownRows,       return[0].anything",
        "map,           return.anything.at.all",
        "ownMap,        return.anything",
        "object,        return.anything.at.all",
        "variable,      return.anything",
        "wildcard,      return.anything",
        "above,         return.anything",
        "ofAnother,     return[0].anything",
        "rawOptional,   return.anything",
        "holder,        return.held.sessionId",
        "holder,        return.own.anything",
        "heir,          return.all[0].sessionId",
        "anyHolder,     return.held.anything",
        "rawHolder,     return.held.anything",
        "text,          return",
    })
    void aPathThatMayExistIsNoProblem(String method, String path) throws Exception {
        assertThat(problem(method, path)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "row,      return.sessionIdd,       sessionId",
        "optional, return.sesionId,         sessionId",
        "nested,   return.owner.nam,        name",
        "row,      return.constant,         Row",
        "row,      return.update,           Row",
        "rows,     return.sessionId,        List",
        "row,      return[0],               Row",
        "text,     return.sessionId,        String",
        "holder,   return.held.sesionId,    sessionId",
        "holder,   return.all[0].sesionId,  sessionId",
        "heir,     return.held.sesionId,    sessionId",
    })
    void aPathThatCannotExistIsToldWithWhatIsThere(String method, String path, String told) throws Exception {
        assertThat(problem(method, path))
                .hasValueSatisfying(problem -> assertThat(problem).contains(told));
    }

    @Test
    void aTypeWhoseClassFilesAreNotThereMayHoldAnything() throws SyntaxException {
        ClassLoader none = new ClassLoader(null) {};
        ClassHeaders rowAlone = new ClassHeaders(none);
        rowAlone.put(Declared.headers().find(Row.class.getName()).orElseThrow());

        assertThat(ValuePath.parse("this.whatever")
                        .problemOn(new DeclaredShape(rowAlone, new DeclaredType(Row.class.getName(), List.of()))))
                .isEmpty();
    }

    private static Optional<String> problem(String method, String path) throws Exception {
        return ValuePath.parse(path)
                .problemOn(new DeclaredShape(Declared.headers(), Declared.returnType(Host.class, method)));
    }

    @SuppressWarnings("rawtypes")
    interface Host<T> {
        Row row();

        Optional<Row> optional();

        CompletableFuture<Row> future();

        CompletableFuture<Optional<Row>> nested();

        List<Row> rows();

        Row[] array();

        Row[][] arrays();

        Optional<List<Row>> optionalRows();

        Rows ownRows();

        Map<String, Row> map();

        RowsByKey ownMap();

        Object object();

        T variable();

        Optional<?> wildcard();

        Optional<? super Row> above();

        Outer<Row>.Inner ofAnother();

        Optional rawOptional();

        String text();

        Holder<Row> holder();

        Heir heir();

        Holder<?> anyHolder();

        Holder rawHolder();
    }

    interface Holder<V> {
        V held();

        List<V> all();

        @SuppressWarnings({"TypeParameterUnusedInFormals", "TypeParameterShadowing", "hiding"})
        <V> V own();
    }

    interface MiddleHolder<A, V> extends Holder<V> {}

    interface Heir extends MiddleHolder<String, Row> {}

    @SuppressWarnings({"ClassCanBeStatic", "unused"})
    static class Outer<T> {
        abstract class Inner extends AbstractList<Integer> {}
    }

    interface Rows extends List<Row> {}

    interface RowsByKey extends Map<String, Row> {}

    static class Base {
        String inherited() {
            return "";
        }
    }

    abstract static class Row extends Base {
        static String constant = "";
        String secret = "";

        abstract String sessionId();

        abstract String getId();

        abstract boolean isLive();

        abstract Owner owner();

        abstract void update();
    }

    interface Owner {
        String name();
    }
}
