package org.pipservices3.redis.internal.tracking;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.wire.SingleUseConnection;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.PushConsumerContext;
import redis.clients.jedis.util.RedisInputStream;

/**
 * The socket of a {@link TrackingConnection}: separates pushed invalidations from replies, and
 * silence from a loss.
 *
 * <p>All hooks into the driver that its authors call experimental are in this class. One thread at
 * a time reads, and one at a time writes, which may be another.
 */
final class TrackingSocket extends SingleUseConnection {

  /** Called by the thread that reads. */
  interface Invalidations {
    /** The keys that have changed, or null if any key may have. */
    void changed(@Nullable List<byte[]> keys);
  }

  /** How long the rest of what has begun to come may take, in milliseconds. */
  private static final int FOR_THE_REST = Heartbeat.PERIOD;

  private static final byte[] INVALIDATE = "invalidate".getBytes(StandardCharsets.US_ASCII);

  private final Invalidations invalidations;
  private final int replyTimeout;
  private @Nullable RedisInputStream input; // this and the following: the reader's
  private @Nullable PushConsumerChain consumers;
  private int socketTimeout; // the socket's timeout

  /** Connects, authenticates and turns tracking on, unless {@code admission} throws. */
  TrackingSocket(
      JedisSocketFactory sockets,
      JedisClientConfig config,
      Consumer<? super TrackingSocket> admission,
      Invalidations invalidations) {
    super(sockets, config);
    this.invalidations = invalidations;
    this.replyTimeout = config.getSocketTimeoutMillis();
    this.socketTimeout = replyTimeout;
    establish(config);
    try {
      admission.accept(this);
      executeCommand(new CommandArguments(Protocol.Command.CLIENT).add("TRACKING").add("ON"));
    } catch (RuntimeException e) {
      drop();
      throw e;
    }
  }

  /** How long a caller waits for a reply, in milliseconds. */
  int replyTimeout() {
    return replyTimeout;
  }

  /** Waits until something comes; false if the server was silent for so long. */
  boolean awaitData(int millis) {
    setSocketTimeout(millis);
    boolean there = hasMore(input());
    setSocketTimeout(FOR_THE_REST);
    return there;
  }

  /** Passes on the invalidations that come next; false if a reply comes next. */
  boolean takeInvalidations() {
    if (!input().peek(Protocol.GREATER_THAN_BYTE)) {
      return false;
    }
    Protocol.readPushes(input(), consumers);
    return true;
  }

  @Override
  protected void initPushConsumers(JedisClientConfig config) {
    super.initPushConsumers(config);
    addPushConsumer(this::take);
  }

  @Override
  protected Object protocolRead(RedisInputStream in, PushConsumerChain chain) {
    input = in;
    consumers = chain;
    return super.protocolRead(in, chain);
  }

  private void setSocketTimeout(int millis) {
    if (socketTimeout != millis) {
      setSoTimeout(millis);
      socketTimeout = millis;
    }
  }

  private RedisInputStream input() {
    return Objects.requireNonNull(input);
  }

  private PushConsumerContext take(PushConsumerContext push) {
    if (Arrays.equals(push.getMessage().getType(), INVALIDATE)) {
      @SuppressWarnings("unchecked")
      List<byte[]> keys = (List<byte[]>) push.getMessage().getContent().get(1);
      invalidations.changed(keys);
      push.drop();
    }
    return push;
  }
}
