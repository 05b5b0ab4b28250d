package org.pipservices3.redis.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.pipservices3.redis.proof.Disaster.Harm;
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
  private static final int CALM = 10_000;

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
      Watch watch = new Watch(site);
      haunt(watch, disasters(site, workers, chosen), seconds);
      long calm = System.nanoTime();
      workers.calm();
      pause(CALM);
      watch.sawNothing();
      long over = System.nanoTime();
      workers.stop();
      return new History(workers.operations(), watch.faults, calm, over);
    }
  }

  private static List<Disaster> disasters(Site site, Workforce workers, List<String> chosen) {
    List<Disaster> disasters = new ArrayList<>(site.disasters());
    disasters.addAll(Disasters.ofWorkers(workers));
    disasters.removeIf(
        each -> !chosen.isEmpty() && chosen.stream().noneMatch(each.name()::startsWith));
    return disasters;
  }

  private void haunt(Watch watch, List<Disaster> disasters, int seconds) throws Exception {
    Random random = new Random(seed);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() - until < 0) {
      pause(300 + random.nextInt(900));
      watch.sawNothing();
      Disaster disaster = Disasters.any(random, disasters);
      Struck struck = disaster.strike().at(random);
      pause(1 + random.nextInt(disaster.longest()));
      struck.undo().run();
      watch.saw(disaster, struck);
    }
  }

  /**
   * Keeps the faults of a run. Where the servers have chosen another master although nobody wanted
   * that, they may have forgotten something: a busy machine is enough for that.
   */
  private static final class Watch {
    private final Site site;
    private final List<Fault> faults = new ArrayList<>();
    private String regime;
    private long since = System.nanoTime();

    Watch(Site site) throws Exception {
      this.site = site;
      this.regime = site.regime();
    }

    void saw(Disaster disaster, Struck struck) throws Exception {
      String name = disaster.name() + " (" + struck.target() + ")";
      add(name, struck, disaster.harm());
    }

    void sawNothing() throws Exception {
      if (!regime.equals(site.regime())) {
        add("unasked failover", Struck.servers("", () -> {}), Harm.FORGOTTEN);
      }
      since = System.nanoTime();
    }

    private void add(String name, Struck struck, Harm harm) throws Exception {
      site.awaitWhole();
      String before = regime;
      regime = site.regime();
      boolean unasked = harm == Harm.NONE && !regime.equals(before);
      long now = System.nanoTime();
      boolean losesData = unasked || harm == Harm.FORGOTTEN;
      faults.add(new Fault(name, struck.process(), losesData, struck.spared(), since, now));
      since = now;
    }
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
