package org.pipservices3.redis.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.topology.FakeTopology;
import org.pipservices3.redis.internal.topology.FakeTopology.Loss;
import org.pipservices3.redis.internal.topology.Node;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/** How often a command runs and what its caller hears, by what each attempt gets. */
@Timeout(60)
class RetriesAndRedirectsIT extends OnSharedServer {
  private static final int DAY = 24 * 60 * 60 * 1000;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void execute_answerMeansLater_isRetriedAsOftenAsConfigured(int retries) {
    topology.with(key, node());
    CommandExecutor executor = executor("options.retries", retries, "options.max_retry_delay", 1);

    assertRefused(executor, "TRYAGAIN later", "TRYAGAIN");

    assertThat(runs()).isEqualTo(1 + retries);
    assertThat(topology.losses).hasSize(1 + retries);
  }

  @Test
  void execute_finalAnswer_isNotRetried() {
    topology.with(key, node());

    assertRefused(executor("options.retries", 3), "WRONGTYPE no", "WRONGTYPE");

    assertThat(runs()).isEqualTo(1);
    assertThat(topology.losses).isEmpty();
  }

  /** An overloaded server was taken for a lost one. */
  @Test
  void execute_serverOverloaded_isNotReportedAsLost() {
    topology.with(key, node());
    CommandExecutor executor =
        executor("options.retries", 1, "options.command_timeout", 50, "options.max_retry_delay", 1);

    assertRefused(executor, "BUSY a script runs", "BUSY");

    assertThat(runs()).isGreaterThan(1);
    assertThat(topology.losses).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void execute_redirectsInACircle_pausesAfterFiveOfThem(int retries) {
    Node node = node();
    topology.with(key, node).redirectsTo = node;
    CommandExecutor executor = executor("options.retries", retries, "options.max_retry_delay", 1);

    assertRefused(executor, "MOVED 1 localhost:1", "MOVED");

    assertThat(runs()).isEqualTo((1 + retries) * 6);
  }

  @Test
  void execute_redirected_runsThere() {
    topology.with(key, node()).redirectsTo = node();
    String text =
        "if redis.call('incr', KEYS[1]) == 1 then return redis.error_reply(ARGV[1]) end return 7";

    Object reply =
        executor("options.retries", 0)
            .execute(TRACE, Request.idempotent(key, script(text, key, "MOVED 1 localhost:1")));

    assertThat(reply).isEqualTo(7L);
    assertThat(runs()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void execute_serverGone_saysWhereAndHowOftenItTried(int retries) {
    Node dead = deadNode();
    topology.with(key, dead);
    CommandExecutor executor = executor("options.retries", retries, "options.max_retry_delay", 1);

    String message =
        assertFails(
                () -> executor.execute(TRACE, get()), ConnectionException.class, "NO_CONNECTION")
            .getMessage();

    assertThat(message)
        .contains("GET on key '" + key + "'", dead.toString())
        .contains(retries == 0 ? "(1 attempt)" : "(3 attempts)");
    assertThat(topology.losses).hasSize(1 + retries).extracting(Loss::node).containsOnly(dead);
  }

  @Test
  void execute_noServerKnown_namesTheTopology() {
    CommandExecutor executor = executor("options.retries", 1, "options.max_retry_delay", 1);

    String message =
        assertFails(
                () -> executor.execute(TRACE, get()), ConnectionException.class, "NO_CONNECTION")
            .getMessage();

    assertThat(message).contains(FakeTopology.NAME);
    assertThat(topology.losses).hasSize(2).extracting(Loss::node).containsOnlyNulls();
  }

  @Test
  void execute_serverGoneForLessThanThePatience_isRetriedUntilItIsThere() throws Exception {
    topology.patience = DAY;
    CommandExecutor executor = executor("options.retries", 0, "options.max_retry_delay", 1);
    Background<Object> caller = Background.call(() -> executor.execute(TRACE, get()));
    await().until(() -> topology.losses.size() > 5);

    raw.set(key, "there");
    topology.with(key, node());

    assertThat((byte[]) caller.result()).asString().isEqualTo("there");
  }

  /** Patience in seconds, or a pause that nothing ends, kept callers after close. */
  @Test
  void execute_closedWhileItPauses_endsAtOnce() throws Exception {
    topology.patience = DAY;
    CommandExecutor executor = executor("options.retries", 100, "options.max_retry_delay", DAY);
    Background<Boolean> caller =
        Background.run(
            () ->
                assertFails(
                    () -> executor.execute(TRACE, get()),
                    InvalidStateException.class,
                    "NOT_OPENED"));
    await().until(() -> topology.losses.size() >= 6); // the next pause takes half a second or more

    executor.close();

    assertThat(caller.result()).isTrue();
  }

  @Test
  void execute_interrupted_failsAndStaysInterrupted() {
    topology.with(key, deadNode());
    CommandExecutor executor = executor("options.retries", 3, "options.max_retry_delay", DAY);
    Thread.currentThread().interrupt();

    assertFails(() -> executor.execute(TRACE, get()), ConnectionException.class);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(topology.losses).hasSize(1);
  }

  /** A counter was raised twice, a list's element removed twice. */
  @Test
  void execute_replyLostAndNoRetryAllowed_isSentOnce() {
    try (TcpProxy proxy = TcpProxy.to(RedisServer.shared().port())) {
      topology.with(key, nodeAt(proxy.port()));
      CommandExecutor executor = executor("options.retries", 3);
      CommandArguments increment = new CommandArguments(Command.INCR).add(key);
      proxy.loseReplyTo("INCR");

      ConnectionException failure =
          (ConnectionException)
              assertFails(
                  () -> executor.execute(TRACE, new Request(key, increment, /* retry= */ null)),
                  ConnectionException.class,
                  "NO_CONNECTION");

      assertThat(proxy.hasLostReply()).isTrue();
      assertThat(failure.getMessage()).contains("(1 attempt)");
      assertThat(runs()).isEqualTo(1);
    }
  }

  @Test
  void execute_notSentAndNoRetryAllowed_isRetried() {
    topology.with(key, deadNode());
    CommandExecutor executor = executor("options.retries", 2, "options.max_retry_delay", 1);
    CommandArguments increment = new CommandArguments(Command.INCR).add(key);

    assertFails(
        () -> executor.execute(TRACE, new Request(key, increment, /* retry= */ null)),
        ConnectionException.class);

    assertThat(topology.losses).hasSize(3);
  }

  @Test
  void execute_replyOfALockCommandLost_retriesWithTheOtherCommand() {
    try (TcpProxy proxy = TcpProxy.to(RedisServer.shared().port())) {
      topology.with(key, nodeAt(proxy.port()));
      CommandArguments first = new CommandArguments(Command.INCR).add(key);
      CommandArguments retry = new CommandArguments(Command.INCRBY).add(key).add(10);
      proxy.loseReplyTo("INCR\r\n");

      Object reply =
          executor("options.max_retry_delay", 1)
              .execute(TRACE, Request.onLock(key, first, retry, /* confirmation= */ null));

      assertThat(reply).isEqualTo(new RetriesAndRedirects.RetriedReply(11L));
    }
  }

  /** The error of the retry said nothing of the first attempt, which held the lock. */
  @Test
  void execute_replyLostAndRetryRefused_mayHaveRun() {
    try (TcpProxy proxy = TcpProxy.to(RedisServer.shared().port())) {
      topology.with(key, nodeAt(proxy.port()));
      CommandArguments first = new CommandArguments(Command.INCR).add(key);
      proxy.loseReplyTo("INCR\r\n");
      CommandExecutor executor = executor("options.max_retry_delay", 1);

      RedisException failure =
          failure(executor, Request.onLock(key, first, counting(key, "WRONGTYPE no"), null));

      assertThat(failure.code()).isEqualTo("WRONGTYPE");
      assertThat(Errors.mayHaveRun(failure)).isTrue();
      assertThat(Errors.mayHaveRun(failure(executor, counted("WRONGTYPE no")))).isFalse();
    }
  }

  private void assertRefused(CommandExecutor executor, String answer, String code) {
    String message =
        assertFails(() -> executor.execute(TRACE, counted(answer)), InvocationException.class, code)
            .getMessage();
    assertThat(message).contains(key, topology.nodeOf(key).toString());
  }

  private static RedisException failure(CommandExecutor executor, Request request) {
    try {
      executor.execute(TRACE, request);
      throw new AssertionError("should have failed");
    } catch (RedisException e) {
      return e;
    }
  }

  private Request counted(String answer) {
    return Request.idempotent(key, counting(key, answer));
  }

  private Request get() {
    return Request.idempotent(key, new CommandArguments(Command.GET).add(key));
  }
}
