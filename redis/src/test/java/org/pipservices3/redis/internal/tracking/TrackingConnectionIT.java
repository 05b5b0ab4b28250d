package org.pipservices3.redis.internal.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.fixture.TcpProxy.Direction;
import org.pipservices3.redis.internal.pipeline.LatencyPolicy;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/** One tracking connection to a server of its own, read only while a test wants it. */
@Timeout(60)
class TrackingConnectionIT {
  private static final long BOUND = TimeUnit.MILLISECONDS.toNanos(KeyTracking.STALENESS_BOUND);
  private static final int REPLY_TIMEOUT = 10_000;
  private static final String EVERYTHING = "everything";

  private final String key = Keys.unique("tracked");
  private final RedisServer server = RedisServer.start();
  private final RawRedis raw = server.raw();
  private final TcpProxy proxy = TcpProxy.to(server.port());
  private final List<String> changed = new CopyOnWriteArrayList<>();
  private TrackingConnection connection =
      connect(server.port(), /* asksForKeys= */ false, REPLY_TIMEOUT);
  private @Nullable Background<Boolean> reader;

  @BeforeEach
  void forgetWhatOpeningAsked() {
    raw.call("CONFIG", "RESETSTAT");
  }

  @AfterEach
  void close() throws Exception {
    connection.shutDown();
    if (reader != null) {
      assertThat(reader.result()).isTrue();
    }
    proxy.close();
    raw.close();
    server.close();
  }

  /** A process that was stopped served old near-cache entries for as long again. */
  @Test
  void isLive_readingHeldUp_countsFromTheRequest() throws Exception {
    AtomicLong asked = new AtomicLong();
    AtomicBoolean before = new AtomicBoolean();
    AtomicBoolean after = new AtomicBoolean(true);
    long start = System.nanoTime();
    Background<Boolean> caller =
        Background.run(
            () ->
                connection.exchange(
                    /* asking= */ false,
                    /* mayRead= */ false,
                    () -> {
                      before.set(connection.isLive(start + BOUND - 1));
                      after.set(connection.isLive(asked.get() + BOUND));
                    },
                    pttl()));
    eventually().until(() -> raw.callsOf("pttl") == 1);
    asked.set(System.nanoTime());

    read();

    assertThat(caller.result()).isTrue();
    assertThat(before).isTrue();
    assertThat(after).isFalse();
  }

  @Test
  void isLive_lost_isFalse() {
    assertThat(connection.isLive(System.nanoTime())).isTrue();
    connection.shutDown();
    assertThat(connection.isLive(System.nanoTime())).isFalse();
    assertThat(connection.isLost()).isTrue();
  }

  @Test
  void heartbeat_keysMayMoveAway_asksForTheKeyThatWasReadLast() {
    reconnect(server.port(), /* asksForKeys= */ true, REPLY_TIMEOUT);
    read();
    connection.exchange(false, /* mayRead= */ true, () -> {}, get(), pttl());

    eventually().until(() -> raw.callsOf("pttl") >= 3);

    assertThat(raw.callsOf("get")).isEqualTo(1);
  }

  @Test
  void heartbeat_soleServer_asksWithPing() {
    read();
    connection.exchange(false, /* mayRead= */ true, () -> {}, get(), pttl());
    long pings = raw.callsOf("ping");

    eventually().until(() -> raw.callsOf("ping") >= pings + 2);

    assertThat(raw.callsOf("pttl")).isEqualTo(1);
  }

  @Test
  void heartbeat_keyHasMovedAway_givesUp() throws Exception {
    reconnect(server.port(), /* asksForKeys= */ true, REPLY_TIMEOUT);
    Background<Boolean> reading = read();

    assertThatThrownBy(() -> connection.exchange(false, true, () -> {}, answering("MOVED 1 a:1")))
        .isInstanceOf(JedisMovedDataException.class);
    assertThat(connection.isLost()).as("a caller's own redirect says nothing").isFalse();

    assertThat(reading.result()).isTrue();
    assertThat(connection.failure()).hasMessage("The server does not answer for its keys");
  }

  @Test
  void exchange_clusterIsDown_givesUpWhereKeysMayMoveAway() {
    reconnect(server.port(), /* asksForKeys= */ true, REPLY_TIMEOUT);
    read();

    assertThatThrownBy(
            () -> connection.exchange(false, true, () -> {}, answering("CLUSTERDOWN not served")))
        .isInstanceOf(JedisDataException.class);

    eventually().until(connection::isLost);
  }

  @Test
  void exchange_sameAnswerFromASoleServer_keepsTheConnection() {
    read();
    assertThatThrownBy(
            () -> connection.exchange(false, true, () -> {}, answering("CLUSTERDOWN not served")))
        .isInstanceOf(JedisDataException.class);
    assertThat(connection.exchange(false, true, () -> {}, pttl())).containsExactly(-2L);
  }

  /** ASKING is refused here, but its reply must not be taken for the command's. */
  @Test
  void exchange_asking_sendsItBeforeEachCommand() {
    read();
    assertThatThrownBy(() -> connection.exchange(/* asking= */ true, true, () -> {}, get(), pttl()))
        .isInstanceOf(JedisDataException.class)
        .hasMessageContaining("cluster support disabled");
    assertThat(raw.callsOf("get")).isEqualTo(1);
    assertThat(raw.callsOf("pttl")).isEqualTo(1);
    assertThat(connection.exchange(false, true, () -> {}, get(), pttl()))
        .containsExactly(null, -2L);
  }

  @Test
  void exchange_changeAfterTheReply_isReportedAfterIt() {
    read();
    connection.exchange(false, false, () -> changed.add("reply"), get());

    raw.set(key, 1);

    eventually().until(() -> changed.size() >= 2);
    assertThat(changed).containsExactly("reply", key);
  }

  @Test
  void exchange_flush_isReportedAsEverything() {
    read();
    connection.exchange(false, false, () -> {}, get());

    raw.call("FLUSHALL");

    eventually().until(() -> changed.contains(EVERYTHING));
  }

  @Test
  void exchange_noReplyInTime_leavesTheConnectionToOthers() throws Exception {
    reconnect(server.port(), /* asksForKeys= */ false, /* replyTimeout= */ 200);
    assertThatThrownBy(() -> connection.exchange(false, false, () -> {}, pttl()))
        .isInstanceOf(JedisConnectionException.class)
        .hasMessage("No reply in time");

    read();

    raw.call("SET", key, 1, "PX", 60_000);
    assertThat(connection.exchange(false, true, () -> {}, get())[0]).isNotNull();
    assertThat(connection.isLost()).isFalse();
  }

  @Test
  void readUntilFailure_serverSilent_endsAndFailsWhoWaits() throws Exception {
    reconnect(proxy.port(), /* asksForKeys= */ false, REPLY_TIMEOUT);
    Background<Boolean> reading = read();
    proxy.swallow(Direction.TO_CLIENT);

    assertThatThrownBy(() -> connection.exchange(false, false, () -> {}, pttl()))
        .isInstanceOf(JedisConnectionException.class)
        .hasMessage("The server is silent");

    assertThat(reading.result()).isTrue();
    assertThat(connection.isLost()).isTrue();
  }

  @Test
  void shutDown_callerWaits_endsAtOnce() throws Exception {
    read();
    raw.call("CLIENT", "PAUSE", 20_000, "ALL");
    Background<Boolean> caller =
        Background.run(() -> connection.exchange(false, false, () -> {}, pttl()));
    caller.awaitSleep();

    connection.shutDown();

    assertThatThrownBy(caller::result).isInstanceOf(JedisConnectionException.class);
  }

  @Test
  void open_notAdmitted_leavesNoConnection() {
    AtomicReference<TrackingSocket> opened = new AtomicReference<>();
    Consumer<TrackingSocket> refusal =
        socket -> {
          opened.set(socket);
          throw new JedisConnectionException("a replica");
        };

    assertThatThrownBy(() -> socket(server.port(), REPLY_TIMEOUT, refusal)).hasMessage("a replica");

    assertThat(opened.get().isConnected()).isFalse();
  }

  private Background<Boolean> read() {
    TrackingConnection read = connection;
    Background<Boolean> started = Background.run(read::readUntilFailure);
    reader = started;
    return started;
  }

  private void reconnect(int port, boolean asksForKeys, int replyTimeout) {
    connection.shutDown();
    connection = connect(port, asksForKeys, replyTimeout);
  }

  private TrackingConnection connect(int port, boolean asksForKeys, int replyTimeout) {
    return new TrackingConnection(
        socket(port, replyTimeout, admitted -> {}), new LatencyPolicy(1, 9), asksForKeys);
  }

  private TrackingSocket socket(int port, int replyTimeout, Consumer<TrackingSocket> admission) {
    JedisClientConfig config =
        DefaultJedisClientConfig.builder().resp3().socketTimeoutMillis(replyTimeout).build();
    return new TrackingSocket(
        new DefaultJedisSocketFactory(new HostAndPort("localhost", port), config),
        config,
        admission,
        this::note);
  }

  private void note(@Nullable List<byte[]> keys) {
    if (keys == null) {
      changed.add(EVERYTHING);
    } else {
      keys.forEach(each -> changed.add(new String(each, StandardCharsets.UTF_8)));
    }
  }

  private CommandArguments get() {
    return new CommandArguments(Command.GET).add(key);
  }

  private CommandArguments pttl() {
    return new CommandArguments(Command.PTTL).add(key);
  }

  private static CommandArguments answering(String error) {
    return new CommandArguments(Command.EVAL)
        .add("return redis.error_reply(ARGV[1])")
        .add(0)
        .add(error);
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(15)).pollInterval(Duration.ofMillis(2));
  }
}
