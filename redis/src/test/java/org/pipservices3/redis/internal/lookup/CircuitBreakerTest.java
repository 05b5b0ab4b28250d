package org.pipservices3.redis.internal.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.components.trace.NullTracer;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.Ports;
import org.pipservices3.redis.fixture.Threads;
import org.pipservices3.redis.internal.command.CommandExecutor;
import org.pipservices3.redis.internal.command.RedisCommands;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.topology.FakeTopology;
import org.pipservices3.redis.internal.topology.Node;

/** Which calls are kept away from which server. Keys that begin alike are on one server. */
@Timeout(30)
class CircuitBreakerTest {
  private final RedisException gone =
      new RedisException(new ConnectionException(null, "NO_CONNECTION", "gone"));
  private final RedisException readOnly =
      new RedisException(new InvocationException(null, "READONLY", "a replica"));
  private final RedisException oneKey =
      new RedisException(new InvocationException(null, "WRONGTYPE", "a list"));

  private final Node first = FakeTopology.node(Ports.free());
  private final Node second = FakeTopology.node(Ports.free());
  private final FakeTopology topology = new FakeTopology();
  private final RecordedMetrics recorded = new RecordedMetrics();
  private final CircuitBreaker breaker;

  CircuitBreakerTest() throws ConfigException {
    topology.nodeOf = key -> key.startsWith("a") ? first : second;
    RedisOptions options = RedisOptions.fromConfig(null, new ConfigParams());
    RedisCommands commands =
        new RedisCommands(new CommandExecutor(topology, options, new NullTracer()));
    breaker = new CircuitBreaker(commands, recorded.metrics);
  }

  @AfterEach
  void close() {
    breaker.close();
  }

  private boolean isOpen(String key, boolean write) {
    return breaker.isOpen(null, key, write);
  }

  @Test
  void failed_serverGone_isOpenForAllItsKeysAndNoOthers() {
    assertThat(isOpen("a1", /* write= */ false)).isFalse();
    breaker.failed("a1", gone);
    assertThat(isOpen("a2", /* write= */ false)).isTrue();
    assertThat(isOpen("a2", /* write= */ true)).isTrue();
    assertThat(isOpen("b1", /* write= */ false)).isFalse();
    assertThat(isOpen("b1", /* write= */ true)).isFalse();
  }

  @Test
  void failed_anotherServerTakesOver_isClosedForTheKeys() {
    breaker.failed("a1", gone);
    topology.nodeOf = key -> second;
    assertThat(isOpen("a1", /* write= */ false)).isFalse();
  }

  @Test
  void failed_onlyOneKeyIsConcerned_isOpenForNone() {
    breaker.failed("a1", oneKey);
    assertThat(isOpen("a1", /* write= */ true)).isFalse();
  }

  @Test
  void failed_writesAreRefused_isOpenForReadsOnlyOnceTheServerIsGone() {
    breaker.failed("a1", readOnly);
    assertThat(isOpen("a1", /* write= */ true)).isTrue();
    assertThat(isOpen("a1", /* write= */ false)).isFalse();
    breaker.failed("a1", gone);
    assertThat(isOpen("a1", /* write= */ false)).isTrue();
    breaker.failed("a1", readOnly);
    assertThat(isOpen("a1", /* write= */ false)).as("after a late failure of a write").isTrue();
  }

  /** One caller's interrupt turned the cache off for all. */
  @Test
  void failed_callerIsInterrupted_isOpenForNone() {
    Thread.currentThread().interrupt();
    breaker.failed("a1", gone);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(isOpen("a1", /* write= */ false)).isFalse();
  }

  @Test
  void isOpen_callIsKeptAway_isCountedAndToldWithTheReason() {
    breaker.failed("a1", gone);
    assertThat(recorded.counters.counts()).isEmpty();
    isOpen("a1", /* write= */ false);
    isOpen("b1", /* write= */ false);
    assertThat(recorded.counters.count("redis.cache.errors")).isOne();
    assertThat(recorded.counters.count("redis.cache.fail_open")).isOne();
    assertThat(recorded.logger.text()).contains(gone.getMessage());
  }

  @Test
  void failed_twiceOnOneServer_asksItWithOneThread() {
    Set<Thread> before = Threads.now();
    breaker.failed("a1", gone);
    breaker.failed("a2", gone);
    breaker.failed("b1", gone);
    assertThat(Threads.startedSince(before))
        .extracting(Thread::getName)
        .containsExactly("redis-cache-probe", "redis-cache-probe");
  }

  @Test
  void close_duringAnOutage_endsTheThreadAndSaysNothing() {
    Set<Thread> before = Threads.now();
    breaker.failed("a1", gone);
    breaker.failed("b1", gone);
    breaker.close();
    assertThat(Threads.startedSince(before)).isEmpty();
    assertThat(recorded.logger.text()).doesNotContain("back after");
    breaker.failed("a1", gone);
    assertThat(Threads.startedSince(before)).as("after a late failure").isEmpty();
  }

  @Test
  void byServer_keysOfTwo_areTwoGroupsInTheirOrder() {
    assertThat(breaker.byServer(List.of("b1", "a1", "b2", "a2")))
        .containsExactly(List.of("b1", "b2"), List.of("a1", "a2"));
  }
}
