package org.pipservices3.redis.connect;

import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.PushConsumerContext;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * The connection of a {@link TrackingLink}: tells what comes from the server unasked from what it
 * replies, and silence from a loss.
 *
 * <p>All hooks into the driver that its authors call experimental are in this class. It is read by
 * one thread at a time and written by one at a time, which may be another.
 */
final class TrackingSocket extends SingleUseConnection {

  /** Told of changes by the thread that reads. */
  interface Reports {
    /** The keys that have changed, or null if any key may have. */
    void changed(@Nullable List<byte[]> keys);
  }

  /** How long what has begun to come may take to come whole, in milliseconds. */
  private static final int FOR_THE_REST = TrackingLink.HEARTBEAT;

  private static final byte[] INVALIDATE = "invalidate".getBytes(StandardCharsets.US_ASCII);

  private final Reports reports;
  private final int replyTimeout;
  private @Nullable RedisInputStream input; // this and what follows is owned by who reads
  private @Nullable PushConsumerChain consumers;
  private int patience; // the socket's timeout

  /**
   * Connects, authenticates and turns tracking on.
   *
   * @param admission throws if the server is not to be used
   */
  TrackingSocket(
      JedisSocketFactory sockets,
      JedisClientConfig config,
      Consumer<? super TrackingSocket> admission,
      Reports reports) {
    super(sockets, config);
    this.reports = reports;
    this.replyTimeout = config.getSocketTimeoutMillis();
    this.patience = replyTimeout;
    establish(config);
    try {
      admission.accept(this);
      executeCommand(new CommandArguments(Protocol.Command.CLIENT).add("TRACKING").add("ON"));
    } catch (RuntimeException e) {
      drop();
      throw e;
    }
  }

  /** How long who sends a command waits for the reply, in milliseconds. */
  int replyTimeout() {
    return replyTimeout;
  }

  /**
   * Waits until something comes; false if the server was silent for so long.
   *
   * @throws JedisConnectionException if the link is lost
   */
  boolean awaitData(int millis) {
    setPatience(millis);
    boolean there = true;
    try {
      input().peek(Protocol.GREATER_THAN_BYTE);
    } catch (JedisConnectionException e) {
      if (!(e.getCause() instanceof SocketTimeoutException)) {
        throw e;
      }
      there = false;
    }
    setPatience(FOR_THE_REST);
    return there;
  }

  /** Hands on the reports that come next; false if what comes next is a reply. */
  boolean takeReports() {
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

  private void setPatience(int millis) {
    if (patience != millis) {
      setSoTimeout(millis);
      patience = millis;
    }
  }

  private RedisInputStream input() {
    return Objects.requireNonNull(input);
  }

  private PushConsumerContext take(PushConsumerContext push) {
    if (Arrays.equals(push.getMessage().getType(), INVALIDATE)) {
      @SuppressWarnings("unchecked")
      List<byte[]> keys = (List<byte[]>) push.getMessage().getContent().get(1);
      reports.changed(keys);
      push.drop();
    }
    return push;
  }
}
