package dev.sessionttl.benchmarks;

import java.util.Arrays;
import java.util.List;

/** {@code java -jar benchmarks.jar BENCHMARK [options]}. */
public final class Main {
    /** What can be measured. */
    private enum Benchmark {
        SWEEP {
            @Override
            void run(List<String> arguments) throws Exception {
                new SweepBenchmark(SweepOptions.of(arguments), System.out).run();
            }
        },
        STARTUP {
            @Override
            void run(List<String> arguments) throws Exception {
                new StartupBenchmark(Options.of(arguments, 15), System.out).run();
            }
        },
        READ {
            @Override
            void run(List<String> arguments) throws Exception {
                new ReadBenchmark(Options.of(arguments, 3), System.out).run();
            }
        },
        LOAD {
            @Override
            void run(List<String> arguments) throws Exception {
                new HostBenchmark(Options.of(arguments, 15), System.out).load();
            }
        },
        PROCESS {
            @Override
            void run(List<String> arguments) throws Exception {
                new HostBenchmark(Options.of(arguments, 11), System.out).process();
            }
        },
        MEMORY {
            @Override
            void run(List<String> arguments) throws Exception {
                new HostBenchmark(Options.of(arguments, 5), System.out).memory();
            }
        };

        abstract void run(List<String> arguments) throws Exception;

        static Benchmark named(String name) {
            return Arrays.stream(values())
                    .filter(one -> one.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no benchmark " + name));
        }
    }

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        try {
            if (arguments.length == 0) {
                throw new IllegalArgumentException("which benchmark?");
            }
            Benchmark.named(arguments[0]).run(Arrays.asList(arguments).subList(1, arguments.length));
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.err.println("usage: java -jar benchmarks.jar sweep " + SweepOptions.USAGE);
            System.err.println("       java -jar benchmarks.jar startup|read|load|process|memory " + Options.USAGE);
            System.exit(2);
        }
    }
}
