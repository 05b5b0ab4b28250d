package org.pipservices3.redis.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.fixture.TcpProxy.Direction;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** One connection to a real server: large replies, silence, and its end. */
@Timeout(60)
class SingleUseConnectionIT {
  private static final int TIMEOUT = 5_000;
  private static final int DRIVERS_BUFFER = 8_192;

  private final String key = Keys.unique("wire");
  private final RedisServer server = RedisServer.shared();
  private final RawRedis raw = server.raw();
  private final TcpProxy proxy = TcpProxy.to(server.port());
  private final OpenSockets sockets = new OpenSockets();

  @AfterEach
  void close() {
    sockets.close();
    proxy.close();
    raw.del(key);
    raw.close();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, DRIVERS_BUFFER - 6, DRIVERS_BUFFER, DRIVERS_BUFFER + 1, Wire.LARGE, 1_000_000})
  void get_anySize_isReadWholeAndTheNextReplyToo(int size) {
    byte[] value = new byte[size];
    Arrays.fill(value, (byte) 'x');
    if (size > 0) {
      value[size - 1] = 'y';
    }
    raw.set(key, value);
    SingleUseConnection connection = open(server.port());

    assertThat(connection.executeCommand(get())).isEqualTo(value);
    assertThat(connection.ping()).isTrue();
  }

  @Test
  void get_none_isNull() {
    assertThat(open(server.port()).executeCommand(get())).isNull();
  }

  @Test
  void onLarge_onlyForMoreThanTheLimit() {
    AtomicInteger large = new AtomicInteger();
    SingleUseConnection connection = open(server.port());
    connection.onLarge(large::incrementAndGet);
    raw.set(key, new byte[Wire.LARGE]);
    connection.executeCommand(get());
    assertThat(large).hasValue(0);

    raw.set(key, new byte[Wire.LARGE + 1]);
    connection.executeCommand(get());

    assertThat(large).hasValue(1);
  }

  @Test
  void get_moreThanTheLimit_isNotRead() {
    raw.call("SETRANGE", key, OversizedReply.LIMIT, "x");

    assertThatThrownBy(() -> open(server.port()).executeCommand(get()))
        .isInstanceOfSatisfying(
            OversizedReply.class, e -> assertThat(e.size()).isEqualTo(OversizedReply.LIMIT + 1));
  }

  @Test
  void get_asLongAsTheLimit_isRead() {
    raw.call("SETRANGE", key, OversizedReply.LIMIT - 1, "x");

    assertThat((byte[]) open(server.port()).executeCommand(get())).hasSize(OversizedReply.LIMIT);
  }

  /** The driver connected again by itself, to database 0 and without a password. */
  @Test
  void anyCommand_afterDrop_failsAndDoesNotConnectAgain() {
    SingleUseConnection connection = open(proxy.port());
    connection.drop();
    int links = proxy.linksMade();

    assertThatThrownBy(() -> connection.executeCommand(get()))
        .isInstanceOf(JedisConnectionException.class);

    assertThat(proxy.linksMade()).isEqualTo(links);
  }

  @Test
  void anyCommand_serverClosedTheConnection_failsAndDoesNotConnectAgain() {
    SingleUseConnection connection = open(proxy.port());
    proxy.cut();

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> connection.executeCommand(get()))
          .isInstanceOf(JedisConnectionException.class);
    }

    assertThat(proxy.linksMade()).isEqualTo(1);
  }

  @Test
  void answers_anyReply_restoresTheTimeout() {
    SingleUseConnection connection = open(server.port());

    assertThat(connection.answers(1_000)).isTrue();

    assertThat(connection.getSoTimeout()).isEqualTo(TIMEOUT);
  }

  @Test
  void answers_silence_isFalseAfterThatTime() {
    SingleUseConnection connection = open(proxy.port());
    proxy.swallow(Direction.TO_CLIENT);
    long start = System.nanoTime();

    assertThat(connection.answers(100)).isFalse();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(TIMEOUT));
  }

  @Test
  void open_refused_leavesNoConnection() {
    JedisClientConfig wrong =
        DefaultJedisClientConfig.builder().user("nobody").password("none").build();

    assertThatThrownBy(
            () ->
                SingleUseConnection.open(
                    sockets.to(new HostAndPort("localhost", proxy.port()), wrong), wrong))
        .isInstanceOf(JedisDataException.class);

    await().until(() -> proxy.links() == 0);
    assertThat(proxy.linksMade()).isEqualTo(1);
  }

  @Test
  void close_ofTheSockets_endsOpenOnesAndThoseToCome() throws Exception {
    SingleUseConnection connection = open(server.port());

    sockets.close();

    assertThatThrownBy(() -> connection.executeCommand(get()))
        .isInstanceOf(JedisConnectionException.class);
    try (Socket late =
        sockets.to(new HostAndPort("localhost", server.port()), config()).createSocket()) {
      assertThat(late.isClosed()).isTrue();
    }
  }

  private SingleUseConnection open(int port) {
    return SingleUseConnection.open(
        sockets.to(new HostAndPort("localhost", port), config()), config());
  }

  private static JedisClientConfig config() {
    return DefaultJedisClientConfig.builder().socketTimeoutMillis(TIMEOUT).build();
  }

  private CommandArguments get() {
    return new CommandArguments(Command.GET).add(key);
  }
}
