package org.pipservices3.redis.examples;

import java.io.PrintStream;
import java.util.Map;

/**
 * Main is the command line of the example: without arguments it runs the tutorial and ends, with
 * {@code serve} it keeps the service open until the process gets a signal to end.
 *
 * <p>Its exit status is 0 on success, 1 on failure and 2 for unknown arguments.
 */
public final class Main {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int MISUSED = 2;
  static final String SOURCES = "examples/src/main/java/org/pipservices3/redis/examples";

  private static final String SERVE = "serve";
  private static final String USAGE =
      """
      Usage: no argument    walks through the tutorial
             serve          keeps the service open until Ctrl-C

      REDIS_SERVICE_URI, or REDIS_SERVICE_HOST and REDIS_SERVICE_PORT, name the Redis server.
      Without them the example starts a server of its own, and stops it at the end.
      """;

  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  Main(Map<String, String> environment, PrintStream out, PrintStream err) {
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  /** Runs the example, and ends the process with its status unless that is 0. */
  public static void main(String[] args) {
    int status = new Main(System.getenv(), System.out, System.err).run(args);
    if (status != DONE) {
      System.exit(status);
    }
  }

  /** Runs the example in this JVM and returns the status that the process should end with. */
  int run(String... args) {
    boolean serve = args.length == 1 && args[0].equals(SERVE);
    if (args.length > 0 && !serve) {
      err.print(USAGE);
      return MISUSED;
    }
    try (Shutdown shutdown = Shutdown.register();
        TutorialServer server = TutorialServer.chosenBy(environment)) {
      run(serve, server, shutdown);
      return DONE;
    } catch (InterruptedException e) {
      err.println("The example was told to end before it was done.");
      return FAILED;
    } catch (Exception e) {
      err.println("The example failed: " + Failures.describe(e));
      return FAILED;
    }
  }

  private void run(boolean serve, TutorialServer server, Shutdown shutdown) throws Exception {
    RedisTutorialService service = new RedisTutorialService();
    service.configure(server.uri());
    service.open("tutorial");
    try {
      out.println("The service is open, on " + server + ".");
      if (serve) {
        out.println("Press Ctrl-C to close it.");
        shutdown.await();
      } else {
        walkThrough(service, server, shutdown);
      }
    } finally {
      shutdown.leaveInPeace();
      service.close("tutorial");
      out.println("The service has closed.");
    }
  }

  private void walkThrough(RedisTutorialService service, TutorialServer server, Shutdown shutdown)
      throws Exception {
    StepPrinter printer = new StepPrinter(out);
    printer.note("The files in brackets are in " + SOURCES + ".");
    try (TutorialKeys keys = new TutorialKeys(service.cache(), server.isShared())) {
      try {
        for (Step step : service.steps()) {
          step.run(printer, keys, server);
        }
      } finally {
        shutdown.leaveInPeace();
      }
    }
    printer.title("Every step did what it should.");
  }
}
