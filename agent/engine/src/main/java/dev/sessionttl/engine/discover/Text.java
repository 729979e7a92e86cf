package dev.sessionttl.engine.discover;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A text of the host's, as far as its code tells it.
 *
 * @param words with {@link Sql#HOLE} for each part that is not known
 * @param holes those parts
 */
record Text(String words, List<Value> holes) {
    static Text of(Value value) {
        StringBuilder words = new StringBuilder();
        List<Value> holes = new ArrayList<>();
        append(value, words, holes, Value.DEPTH);
        return new Text(words.toString(), holes);
    }

    private static void append(Value value, StringBuilder words, List<Value> holes, int depth) {
        Optional<String> text = Value.text(value);
        if (text.isPresent()) {
            words.append(text.get());
        } else if (value instanceof Value.Constant constant && constant.content() instanceof Number number) {
            words.append(number);
        } else if (value instanceof Value.Joined joined && depth > 0) {
            joined.parts().forEach(part -> append(part, words, holes, depth - 1));
        } else {
            words.append(Sql.HOLE);
            holes.add(value);
        }
    }
}
