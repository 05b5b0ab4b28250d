package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.JavaProcess;

/** One loader of one key runs in several processes, also when the one that loads dies. */
@Timeout(180)
class LoadProcessesIT extends OnOwnServer {
  private static final Duration LOAD_TIMEOUT = Duration.ofSeconds(5);

  private final List<JavaProcess> workers = new ArrayList<>();

  @AfterEach
  void stopWorkers() {
    workers.forEach(JavaProcess::close);
  }

  @Test
  void retrieveOrLoad_thousandThreadsInThreeProcesses_loadOnce() throws Exception {
    JavaProcess first = worker(334, Duration.ofMinutes(1));
    JavaProcess second = worker(333, Duration.ofMinutes(1));
    JavaProcess third = worker(333, Duration.ofMinutes(1));
    begin(first);
    first.expect("loading");
    first.expect("waiting");
    begin(second);
    begin(third);
    second.expect("waiting");
    third.expect("waiting");
    letGo();
    for (JavaProcess each : workers) {
      assertThat(each.expect("done")).isEqualTo("[load 1]");
    }
    assertThat(raw.text(key + ":loads")).isEqualTo("1");
    assertThat(raw.text(key)).isEqualTo("\"load 1\"");
    assertThat(raw.exists(lease())).isFalse();
  }

  @Test
  void retrieveOrLoad_loadingProcessKilled_nextLoadsAfterTheLoadTimeout() throws Exception {
    JavaProcess first = worker(8, LOAD_TIMEOUT);
    JavaProcess second = worker(8, LOAD_TIMEOUT);
    begin(first);
    first.expect("loading");
    first.expect("waiting");
    begin(second);
    second.expect("waiting");
    long killed = System.nanoTime();
    first.signal("KILL");
    second.expect("loading");
    assertThat(since(killed)).isLessThan(LOAD_TIMEOUT.plus(Duration.ofSeconds(2)));
    letGo();
    assertThat(second.expect("done")).isEqualTo("[load 2]");
    assertThat(raw.text(key)).isEqualTo("\"load 2\"");
    assertThat(raw.exists(lease())).isFalse();
  }

  @Test
  void remove_duringALoadInAnotherProcess_wins() throws Exception {
    RedisCache cache = components.cache();
    JavaProcess worker = worker(8, Duration.ofMinutes(1));
    begin(worker);
    worker.expect("loading");
    worker.expect("waiting");
    cache.remove(null, key);
    Background<String> own =
        Background.call(
            () -> cache.retrieveOrLoad(null, key, String.class, MINUTE, (trace, asked) -> "new"));
    assertThat(own.result()).isEqualTo("new");
    letGo();
    worker.expect("done");
    assertThat(raw.text(key)).isEqualTo("\"new\"");
  }

  @Test
  void retrieveOrLoad_loadingProcessStoppedAndContinued_storesNothingOverWhatCameLater()
      throws Exception {
    RedisCache cache = components.cache();
    JavaProcess stopped = worker(1, LOAD_TIMEOUT);
    begin(stopped);
    stopped.expect("loading");
    stopped.expect("waiting");
    stopped.signal("STOP");
    eventually().until(() -> !raw.exists(lease()));
    assertThat(cache.retrieveOrLoad(null, key, String.class, MINUTE, (trace, asked) -> "new"))
        .isEqualTo("new");
    cache.remove(null, key);
    letGo();
    stopped.signal("CONT");
    stopped.expect("done");
    assertThat(raw.exists(key)).isFalse();
  }

  /** One that is ready: a load timeout that runs is not the time for a JVM to start. */
  private JavaProcess worker(int threads, Duration loadTimeout) throws Exception {
    JavaProcess worker =
        JavaProcess.start(
            LoadWorkerMain.class, server.port(), key, threads, loadTimeout.toMillis());
    workers.add(worker);
    worker.expect("ready");
    return worker;
  }

  private static void begin(JavaProcess worker) throws Exception {
    worker.say("begin");
  }

  private void letGo() {
    raw.set(key + ":go", "go");
  }

  private String lease() {
    return "load:{" + key + "}";
  }
}
