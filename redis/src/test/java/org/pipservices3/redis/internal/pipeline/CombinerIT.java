package org.pipservices3.redis.internal.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.internal.wire.SingleUseConnection;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The combiner on a real server: every caller gets its own reply, its own error, in bounded time.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CombinerIT {
  private static final int TIMEOUT = 2_000;

  private RedisServer server;
  private TcpProxy proxy;
  private final AtomicInteger opened = new AtomicInteger();
  private final List<Combiner> combiners = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeAll
  void start() throws Exception {
    server = RedisServer.start();
    proxy = TcpProxy.to(server.port());
  }

  @AfterEach
  void closeCombiners() {
    combiners.forEach(Combiner::close);
    proxy.heal();
  }

  @AfterAll
  void stop() throws Exception {
    threads.shutdownNow();
    proxy.close();
    server.close();
  }

  @Test
  void execute_manyThreadsOnOneLink_everyoneGetsItsOwnReply() throws Exception {
    Combiner combiner = combiner(1);

    List<Future<Integer>> wrong = new ArrayList<>();
    for (int thread = 0; thread < 64; thread++) {
      int id = thread;
      wrong.add(threads.submit(() -> echoes(combiner, id, 300)));
    }

    for (Future<Integer> each : wrong) {
      assertThat(each.get(60, TimeUnit.SECONDS)).isZero();
    }
    assertThat(opened).hasValue(1);
  }

  @Test
  void execute_refusedCommandsAmongOthers_onlyTheirCallersAreTold() throws Exception {
    Combiner combiner = combiner(1);
    combiner.execute(call(Command.RPUSH, "a-list", "x"));

    List<Future<Integer>> refused = new ArrayList<>();
    List<Future<Integer>> others = new ArrayList<>();
    for (int thread = 0; thread < 16; thread++) {
      int id = thread;
      refused.add(threads.submit(() -> refusals(combiner, 100)));
      others.add(threads.submit(() -> echoes(combiner, id, 100)));
    }

    for (Future<Integer> each : refused) {
      assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(100);
    }
    for (Future<Integer> each : others) {
      assertThat(each.get(60, TimeUnit.SECONDS)).isZero();
    }
  }

  @Test
  void execute_linkCutWhileOthersQueue_queuedCallersGoOnOverANewOne() throws Exception {
    Combiner combiner = combiner(1);
    CountDownLatch cut = new CountDownLatch(1);

    List<Future<Boolean>> recovered = new ArrayList<>();
    for (int thread = 0; thread < 16; thread++) {
      recovered.add(
          threads.submit(
              () -> {
                cut.await();
                return await().until(() -> isAnswered(combiner), answered -> answered);
              }));
    }
    proxy.cut();
    cut.countDown();

    for (Future<Boolean> each : recovered) {
      assertThat(each.get(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void execute_serverSilent_everyCallerIsToldInTimeThatItMayHaveRun() throws Exception {
    Combiner combiner = combiner(1);
    proxy.swallow(TcpProxy.Direction.TO_CLIENT);

    List<Future<Long>> waitLoop = new ArrayList<>();
    for (int thread = 0; thread < 16; thread++) {
      waitLoop.add(threads.submit(() -> failureAfterMillis(combiner)));
    }

    for (Future<Long> each : waitLoop) {
      assertThat(each.get(60, TimeUnit.SECONDS)).isLessThan(2 * TIMEOUT + 1_000L);
    }
  }

  @Test
  void execute_interruptedCaller_getsItsReplyAndStaysInterrupted() throws Exception {
    Combiner combiner = combiner(1);
    Future<Boolean> interrupted =
        threads.submit(
            () -> {
              boolean right = true;
              for (int i = 0; i < 200; i++) {
                Thread.currentThread().interrupt();
                right &= isAnswered(combiner);
                right &= Thread.interrupted();
              }
              return right;
            });
    Future<Integer> other = threads.submit(() -> echoes(combiner, 1, 200));

    assertThat(interrupted.get(60, TimeUnit.SECONDS)).isTrue();
    assertThat(other.get(60, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void close_callersInFlightAndQueued_allEndWithAnError() throws Exception {
    Combiner combiner = combiner(1);
    proxy.swallow(TcpProxy.Direction.TO_CLIENT);
    List<Future<Long>> failures = new ArrayList<>();
    for (int thread = 0; thread < 16; thread++) {
      failures.add(threads.submit(() -> failureAfterMillis(combiner)));
    }

    combiner.close();

    for (Future<Long> each : failures) {
      assertThat(each.get(TIMEOUT, TimeUnit.MILLISECONDS)).isNotNegative();
    }
    assertThatThrownBy(() -> combiner.execute(call(Command.PING)))
        .isInstanceOf(JedisConnectionException.class);
  }

  private Combiner combiner(int links) {
    opened.set(0);
    JedisClientConfig config =
        DefaultJedisClientConfig.builder().resp2().timeoutMillis(TIMEOUT).build();
    Combiner combiner =
        new Combiner(
            () -> {
              opened.incrementAndGet();
              HostAndPort address = new HostAndPort("127.0.0.1", proxy.port());
              return SingleUseConnection.open(
                  new DefaultJedisSocketFactory(address, config), config);
            },
            new ConnectionValidity(() -> {}),
            links,
            TIMEOUT,
            new LatencyPolicy(links, Combiner.FEW),
            new ReplySizes());
    combiner.verify();
    combiners.add(combiner);
    return combiner;
  }

  /** How many replies were wrong, or there only when the caller's time was over: nobody woke it. */
  private static int echoes(Combiner combiner, int id, int times) {
    int wrong = 0;
    for (int i = 0; i < times; i++) {
      String word = id + ":" + i;
      long start = System.nanoTime();
      byte[] echo = (byte[]) combiner.execute(call(Command.ECHO, word));
      boolean overslept = System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(TIMEOUT);
      if (overslept || !word.equals(new String(echo, UTF_8))) {
        wrong++;
      }
    }
    return wrong;
  }

  private static int refusals(Combiner combiner, int times) {
    int refused = 0;
    for (int i = 0; i < times; i++) {
      try {
        combiner.execute(call(Command.GET, "a-list"));
      } catch (JedisDataException e) {
        refused += e.getMessage().startsWith("WRONGTYPE") ? 1 : 0;
      }
    }
    return refused;
  }

  private static boolean isAnswered(Combiner combiner) {
    try {
      return combiner.execute(call(Command.ECHO, "x")) != null;
    } catch (JedisConnectionException e) {
      return false;
    }
  }

  private static long failureAfterMillis(Combiner combiner) {
    long start = System.nanoTime();
    Call call = call(Command.ECHO, "x");
    try {
      combiner.execute(call);
      return Long.MAX_VALUE;
    } catch (JedisConnectionException e) {
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
  }

  private static Call call(Command verb, String... arguments) {
    CommandArguments command = new CommandArguments(verb);
    for (String argument : arguments) {
      command.add(argument);
    }
    return new Call(command);
  }
}
