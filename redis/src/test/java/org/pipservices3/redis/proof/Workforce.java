package org.pipservices3.redis.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.redis.fixture.JavaProcess;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.proof.Disaster.Struck;
import org.pipservices3.redis.proof.history.Operation;

/**
 * The {@link Hammer} processes of a run, a fixed number at any time, and what they have recorded.
 */
final class Workforce implements AutoCloseable {
  static final int PLACES = 3;

  private final Site site;
  private final Path folder;
  private final String classPath;
  private final long seed;
  private final RedisServer guard = RedisServer.start();
  private final List<JavaProcess> atWork = new ArrayList<>();
  private final List<Integer> numbers = new ArrayList<>(); // of those at work
  private int hired;

  Workforce(Site site, Path folder, String classPath, long seed) throws Exception {
    this.site = site;
    this.folder = Files.createDirectories(folder);
    this.classPath = classPath;
    this.seed = seed;
    for (int place = 0; place < PLACES; place++) {
      atWork.add(hire(place));
      numbers.add(hired - 1);
    }
    // None begins before all are there: those at work leave little of the machine to start on.
    for (JavaProcess each : atWork) {
      each.expect("ready");
    }
    for (JavaProcess each : atWork) {
      each.say("hammer");
    }
  }

  Struck stopOne(Random random) throws IOException {
    int place = random.nextInt(PLACES);
    JavaProcess process = atWork.get(place);
    process.signal("STOP");
    return Struck.process(numbers.get(place), () -> process.signal("CONT"));
  }

  Struck replaceOne(Random random) throws Exception {
    int place = random.nextInt(PLACES);
    int number = numbers.get(place);
    atWork.get(place).signal("KILL");
    atWork.get(place).close();
    atWork.set(place, hire(place));
    numbers.set(place, hired - 1);
    return Struck.process(number, () -> begin(atWork.get(place)));
  }

  /** Tells them that no more faults will come. */
  void calm() throws IOException {
    for (JavaProcess each : atWork) {
      each.say("calm");
    }
  }

  /** Has them end in good order. */
  void stop() throws Exception {
    for (JavaProcess each : atWork) {
      each.say("stop");
    }
    for (JavaProcess each : atWork) {
      each.expect("done");
      assertThat(each.isSilent()).isTrue();
    }
  }

  /** All that they have recorded. */
  List<Operation> operations() throws IOException {
    List<Operation> operations = new ArrayList<>();
    for (int number = 0; number < hired; number++) {
      operations.addAll(Recorder.read(file(number), number));
    }
    return operations;
  }

  @Override
  public void close() {
    atWork.forEach(JavaProcess::close);
    guard.close();
  }

  private static void begin(JavaProcess process) throws Exception {
    process.expect("ready");
    process.say("hammer");
  }

  private JavaProcess hire(int place) {
    int number = hired++;
    ConfigParams config = site.config(place);
    return JavaProcess.start(
        classPath, Hammer.class, file(number), number, seed, guard.port(), config);
  }

  private Path file(int number) {
    return folder.resolve("process-" + number + ".txt");
  }
}
