package consumer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A rolling update: this version of the module and the one before work on one server at the same
 * time, in both roles.
 *
 * <p>Arguments: the URI of the server, the class path with the old version, that with the new one.
 */
public final class RollingMain {
  private RollingMain() {}

  /** A process that is told what to do. */
  private static final class Version implements AutoCloseable {
    private final Process process;
    private final PrintStream to;
    private final BufferedReader from;

    Version(String uri, String classPath) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  classPath,
                  "consumer.RollingWorker",
                  uri)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      to = new PrintStream(process.getOutputStream(), /* autoFlush= */ true);
      from = process.inputReader();
      Use.check("ready".equals(answer()), "a version did not start");
    }

    void tell(String line) {
      to.println(line);
    }

    String answer() throws IOException {
      return from.readLine();
    }

    String ask(String line) throws IOException {
      tell(line);
      return answer();
    }

    @Override
    public void close() {
      to.close();
      process.onExit().join();
    }
  }

  public static void main(String[] args) throws Exception {
    try (Version old = new Version(args[0], args[1]);
        Version present = new Version(args[0], args[2])) {
      both("old-first", old, present);
      both("new-first", present, old);
    }
  }

  private static void both(String name, Version one, Version other) throws Exception {
    values(name + "-value", one, other);
    states(name + "-state", one, other);
    locks(name + "-lock", one, other);
    loads(name + "-load", one, other);
  }

  private static void values(String key, Version one, Version other) throws Exception {
    one.ask("store " + key + " first");
    expect("first", other.ask("retrieve " + key), "a value");
    expect("first", one.ask("retrieve " + key), "a value");
    other.ask("store " + key + " second");
    until("second", one, "retrieve " + key);
    other.ask("remove " + key);
    until("none", one, "retrieve " + key);
  }

  private static void states(String key, Version one, Version other) throws Exception {
    one.ask("save " + key + " 1");
    expect("{step=1}", other.ask("load-state " + key), "a state");
  }

  private static void locks(String key, Version one, Version other) throws Exception {
    expect("true", one.ask("try " + key), "a lock");
    expect("false", other.ask("try " + key), "a lock that the other holds");
    other.tell("acquire " + key);
    expect("released", one.ask("release " + key), "a release");
    expect("acquired", other.answer(), "a lock that the other has released");
    other.ask("release " + key);
    long first = Long.parseLong(one.ask("lease " + key + "ed"));
    long second = Long.parseLong(other.ask("lease " + key + "ed"));
    Use.check(second > first, "fencing tokens " + first + ", " + second);
  }

  private static void loads(String key, Version one, Version other) throws Exception {
    expect("loading", one.ask("load " + key), "a load");
    other.tell("load " + key);
    String loaded = one.ask("go");
    expect(loaded, other.answer(), "one load for both");
    one.ask("remove " + key);
    expect("loading", one.ask("load " + key), "a load");
    other.ask("remove " + key);
    one.ask("go");
    expect("none", other.ask("retrieve " + key), "a removal that a load must not overtake");
  }

  /** A near cache learns of another's write a moment later. */
  private static void until(String expected, Version version, String line) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    String found = version.ask(line);
    while (!found.equals(expected) && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      found = version.ask(line);
    }
    expect(expected, found, line);
  }

  private static void expect(String expected, String found, String what) {
    Use.check(expected.equals(found), what + ": " + found + " instead of " + expected);
  }
}
