package org.pipservices3.redis.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.pipservices3.redis.proof.Disaster.Struck;
import org.pipservices3.redis.proof.history.Checker;
import org.pipservices3.redis.proof.history.Fault;
import org.pipservices3.redis.proof.history.History;
import org.pipservices3.redis.proof.history.Timeline;
import org.pipservices3.redis.proof.history.Violation;

/**
 * One run: workers hammer a site, one disaster after another strikes, then nothing does for a
 * while, and the checker looks at what was recorded.
 *
 * <p>The seed decides on the disasters, their order, targets and lengths, and on the workers' dice.
 * {@code -Dproof.seed} repeats that of a run, {@code -Dproof.seconds} makes it longer.
 */
final class Run {
  private static final int CALM = 10;

  private final String name;
  private final long seed;
  private final Path folder;
  private final String classPath;

  /** A run of the library as it is. */
  Run(String name) {
    this(name, System.getProperty("java.class.path"));
  }

  Run(String name, String classPath) {
    this.name = name;
    this.seed = Long.getLong("proof.seed", System.nanoTime() & 0xffff_ffffL);
    this.folder = Path.of("target", "proof", name + "-" + seed);
    this.classPath = classPath;
  }

  /** Runs with all disasters of the site; what the checker found, told with the seed. */
  List<Violation> check(Site site) throws Exception {
    return check(site, Integer.getInteger("proof.seconds", 60), List.of());
  }

  /** Runs for so many seconds with those disasters whose names begin like these, if any. */
  List<Violation> check(Site site, int seconds, List<String> chosen) throws Exception {
    History history = record(site, seconds, chosen);
    Files.writeString(folder.resolve("run.svg"), Timeline.of(history));
    List<Violation> violations = Checker.check(history);
    tell(history, violations);
    return violations;
  }

  private History record(Site site, int seconds, List<String> chosen) throws Exception {
    site.awaitWhole();
    try (Workforce workers = new Workforce(site, folder, classPath, seed)) {
      List<Fault> faults = haunt(site, workers, seconds, chosen);
      long calm = System.nanoTime();
      workers.calm();
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(CALM));
      long over = System.nanoTime();
      workers.stop();
      return new History(workers.operations(), faults, calm, over);
    }
  }

  private List<Fault> haunt(Site site, Workforce workers, int seconds, List<String> chosen)
      throws Exception {
    List<Disaster> disasters = new ArrayList<>(site.disasters());
    disasters.addAll(Disasters.ofWorkers(workers));
    disasters.removeIf(
        each -> !chosen.isEmpty() && chosen.stream().noneMatch(each.name()::startsWith));
    Random random = new Random(seed);
    List<Fault> faults = new ArrayList<>();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() - until < 0) {
      pause(300 + random.nextInt(900));
      Disaster disaster = Disasters.any(random, disasters);
      long begin = System.nanoTime();
      Struck struck = disaster.strike().at(random);
      pause(1 + random.nextInt(disaster.longest()));
      struck.undo().run();
      site.awaitWhole();
      String what = disaster.name() + " (" + struck.target() + ")";
      faults.add(new Fault(what, struck.process(), disaster.losesData(), begin, System.nanoTime()));
    }
    return faults;
  }

  private void tell(History history, List<Violation> violations) throws IOException {
    System.out.printf(
        "%s: %d operations, %d faults, %d violations; repeat with -Dproof.seed=%d%n",
        name, history.operations().size(), history.faults().size(), violations.size(), seed);
    if (!violations.isEmpty()) {
      Violation shortest = violations.get(0);
      Path picture = folder.resolve("violation.svg");
      Files.writeString(picture, Timeline.of(history, shortest));
      System.out.print(Checker.tell(history, shortest));
      System.out.println("  picture: " + picture);
    }
  }

  private static void pause(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
