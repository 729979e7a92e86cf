package dev.sessionttl.benchmarks.host;

import java.util.Arrays;

/** Starts a command that is no resume, again and again, and says how long the start takes. */
public final class Starts {
    private static final String[] COMMAND = {"/bin/true", "-p", "look into the failing build"};

    private Starts() {}

    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[0]);
        starts(count / 2);
        double[] micros = starts(count);
        Arrays.sort(micros);
        System.out.println("figure start " + micros[count / 2]);
    }

    private static double[] starts(int count) throws Exception {
        double[] micros = new double[count];
        for (int i = 0; i < count; i++) {
            ProcessBuilder builder = new ProcessBuilder(COMMAND);
            long began = System.nanoTime();
            Process process = builder.start();
            micros[i] = (System.nanoTime() - began) / 1e3;
            process.waitFor();
        }
        return micros;
    }
}
