package dev.sessionttl.benchmarks.host;

/** Says hello. With the URL of a database and a key, it looks up one session before. */
public final class SmallHost {
    private SmallHost() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0) {
            try (KeptConnection kept = KeptConnection.to(arguments[0])) {
                System.out.println(new SessionStore(kept).find(arguments[1]).orElseThrow());
            }
        }
        System.out.println("hello");
    }
}
