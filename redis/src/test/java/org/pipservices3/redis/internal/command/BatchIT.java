package org.pipservices3.redis.internal.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.fixture.TcpProxy.Direction;
import org.pipservices3.redis.internal.command.RedisCommands.Outcome;
import org.pipservices3.redis.internal.command.RedisCommands.Run;
import org.pipservices3.redis.internal.topology.FakeTopology;
import org.pipservices3.redis.internal.topology.FakeTopology.Loss;
import org.pipservices3.redis.internal.topology.Node;

/** What becomes of each script of a batch. */
@Timeout(60)
class BatchIT extends OnSharedServer {
  private static final int TIMEOUT = 5_000;

  private static final Script NUMBER =
      new Script("redis.call('incr', KEYS[1]) return tonumber(ARGV[1])");

  private static final Script ERROR =
      new Script("redis.call('incr', KEYS[1]) return redis.error_reply(ARGV[1])");

  /** Answers ASK the first time, then 40 + its argument. */
  private static final Script ASK =
      new Script(
          "if redis.call('incr', KEYS[1]) == 1 then return redis.error_reply('ASK 1 localhost:1')"
              + " end return 40 + ARGV[1]");

  private static final Script ASK_FOR_EVER =
      new Script("redis.call('incr', KEYS[1]) return redis.error_reply('ASK 1 localhost:1')");

  private final Node node = node();

  @BeforeEach
  void own() {
    own(node);
  }

  @Test
  void runAll_several_answersInTheirOrder() {
    List<Outcome> outcomes = run(node, runOf(NUMBER, 0, "5"), runOf(NUMBER, 1, "6"));

    assertThat(outcomes).extracting(Outcome::reply).containsExactly(5L, 6L);
    assertThat(outcomes).allMatch(each -> each.enough() && !each.elsewhere());
    assertThat(outcomes).extracting(Outcome::failure).containsOnlyNulls();
  }

  @Test
  void runAll_one_answers() {
    assertThat(run(node, runOf(NUMBER, 0, "5")).get(0).reply()).isEqualTo(5L);
  }

  /** A batch hung with a server to which one of its keys did not belong any more. */
  @Test
  void runAll_keyOfAnotherServer_isNotSent() {
    topology.with(key + 1, deadNode());

    List<Outcome> outcomes = run(node, runOf(NUMBER, 0, "5"), runOf(NUMBER, 1, "6"));

    assertThat(outcomes.get(0).reply()).isEqualTo(5L);
    assertThat(outcomes.get(1).elsewhere()).isTrue();
    assertThat(outcomes.get(1).reply()).isNull();
    assertThat(outcomes.get(1).enough()).isFalse();
    assertThat(raw.exists(key + 1)).isFalse();
  }

  @Test
  void runAll_noServerKnownForAKey_failsThatOne() {
    List<Outcome> outcomes = run(node, runOf(NUMBER, 7, "1"), runOf(NUMBER, 0, "5"));

    assertThat(outcomes.get(1).reply()).isEqualTo(5L);
    assertThat(failureOf(outcomes.get(0)))
        .hasMessageContaining(key + 7)
        .hasMessageContaining(FakeTopology.NAME);
    assertThat(topology.losses).hasSize(1).extracting(Loss::node).containsOnlyNulls();
  }

  @Test
  void runAll_moved_isElsewhere() {
    topology.redirectsTo = node();

    List<Outcome> outcomes =
        run(node, runOf(ERROR, 0, "MOVED 1 localhost:1"), runOf(NUMBER, 1, "6"));

    assertThat(outcomes.get(0).elsewhere()).isTrue();
    assertThat(outcomes.get(0).failure()).isNull();
    assertThat(outcomes.get(1).reply()).isEqualTo(6L);
    assertThat(raw.text(key + 0)).isEqualTo("1");
  }

  @Test
  void runAll_ask_followsEachAtOnceAndKeepsTheirOrder() {
    topology.redirectsTo = node();

    List<Outcome> outcomes =
        run(node, runOf(ASK, 0, "1"), runOf(NUMBER, 1, "6"), runOf(ASK, 2, "2"));

    assertThat(outcomes).extracting(Outcome::reply).containsExactly(41L, 6L, 42L);
    assertThat(raw.text(key + 0)).isEqualTo("2");
  }

  @Test
  void runAll_askAgainAndAgain_followsOnce() {
    topology.redirectsTo = node();

    List<Outcome> outcomes = run(node, runOf(ASK_FOR_EVER, 0, "1"));

    assertThat(raw.text(key + 0)).isEqualTo("2");
    assertThat(outcomes.get(0).reply()).isNull();
  }

  @Test
  void runAll_refused_namesItsOwnKeyAndCall() {
    List<Outcome> outcomes = run(node, runOf(NUMBER, 0, "5"), runOf(ERROR, 1, "WRONGTYPE no"));

    RedisException failure = failureOf(outcomes.get(1));
    assertThat(failure.code()).isEqualTo("WRONGTYPE");
    assertThat(failure.correlationId()).isEqualTo("trace-1");
    assertThat(failure).hasMessageContaining(key + 1).hasMessageContaining(node.toString());
    assertThat(outcomes.get(1).elsewhere()).isFalse();
    assertThat(topology.losses).isEmpty();
  }

  @Test
  void runAll_passingAnswer_isReportedUnlessItIsAnOverload() {
    run(node, runOf(ERROR, 0, "BUSY a script"));
    assertThat(topology.losses).isEmpty();

    run(node, runOf(ERROR, 0, "LOADING data"), runOf(ERROR, 1, "TRYAGAIN later"));
    assertThat(topology.losses).hasSize(2).extracting(Loss::node).containsOnly(node);
  }

  @Test
  void runAll_serverGone_failsEachWithItsOwnKeyAndCall() {
    Node dead = deadNode();
    own(dead);

    List<Outcome> outcomes = run(dead, runOf(NUMBER, 0, "5"), runOf(NUMBER, 1, "6"));

    for (int i = 0; i < 2; i++) {
      RedisException failure = failureOf(outcomes.get(i));
      assertThat(failure.code()).isEqualTo("NO_CONNECTION");
      assertThat(failure.correlationId()).isEqualTo("trace-" + i);
      assertThat(failure).hasMessageContaining(key + i).hasMessageContaining(dead.toString());
    }
    assertThat(topology.losses).hasSize(1).extracting(Loss::node).containsOnly(dead);
  }

  /** Two attempts went over connections that had been lost in silence. */
  @Test
  void runAll_noAnswerAgain_opensAllConnectionsAnew() {
    try (TcpProxy proxy = TcpProxy.to(RedisServer.shared().port())) {
      Node silent = nodeAt(proxy.port());
      own(silent);
      run(silent, runOf(NUMBER, 0, "1"));
      proxy.swallow(Direction.TO_CLIENT);
      AtomicInteger shutDowns = new AtomicInteger();
      silent.open((sockets, config) -> new Dependent(shutDowns));

      List<Outcome> outcomes = run(300, 0, silent, runOf(NUMBER, 0, "2"));
      assertThat(failureOf(outcomes.get(0)).code()).isEqualTo("TIMEOUT");
      assertThat(shutDowns).hasValue(0);

      Run again = runOf(NUMBER, 0, "3");
      run(
          300,
          0,
          silent,
          new Run(
              again.correlationId(),
              again.script(),
              again.keys(),
              again.arguments(),
              /* retry= */ true));
      assertThat(shutDowns).hasValue(1);
    }
  }

  @Test
  void runAll_replicasWanted_areEnoughOnlyIfTheyConfirm() {
    List<Outcome> outcomes = run(2_000, 1, node, runOf(NUMBER, 0, "5"), runOf(NUMBER, 1, "6"));

    assertThat(outcomes).extracting(Outcome::reply).containsExactly(5L, 6L);
    assertThat(outcomes).extracting(Outcome::enough).containsOnly(false);
  }

  private record Dependent(AtomicInteger shutDowns) implements Node.Dependent {
    @Override
    public boolean isLost() {
      return false;
    }

    @Override
    public void shutDown() {
      shutDowns.incrementAndGet();
    }
  }

  private void own(Node server) {
    for (int i = 0; i < 3; i++) {
      topology.with(key + i, server);
    }
  }

  private List<Outcome> run(Node server, Run... runs) {
    return run(TIMEOUT, 0, server, runs);
  }

  private List<Outcome> run(int timeout, int replicas, Node server, Run... runs) {
    return new RedisCommands(executor()).runAll(server, List.of(runs), timeout, replicas);
  }

  private Run runOf(Script script, int number, String argument) {
    return new Run(
        "trace-" + number,
        script,
        List.of(key + number),
        List.of(argument.getBytes(UTF_8)),
        /* retry= */ false);
  }

  private static RedisException failureOf(Outcome outcome) {
    RedisException failure = outcome.failure();
    assertThat(failure).isNotNull();
    return failure;
  }
}
