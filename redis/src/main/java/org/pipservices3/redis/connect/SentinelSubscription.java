package org.pipservices3.redis.connect;

import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * A connection on which one sentinel tells of a new master.
 *
 * <p>It looks up from the socket every {@value #TICK} ms. After {@link Sentinels#PATIENCE} ms of
 * silence it asks for a PONG, and after as long again it gives up. Used by one thread; any may
 * {@link #drop} it.
 */
final class SentinelSubscription extends SingleUseConnection {
  private static final int TICK = 200;
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(Sentinels.PATIENCE);

  /** Told at once when another server becomes the master, and early where that takes longer. */
  private static final String[] CHANNELS = {"+switch-master", "+promoted-slave"};

  private Runnable onTick = () -> {};
  private boolean following;
  private boolean pinged;
  private long heard;

  /** Connects, authenticates and subscribes. */
  SentinelSubscription(JedisSocketFactory sockets, JedisClientConfig config) {
    super(sockets, config);
    establish(config);
    try {
      for (String channel : CHANNELS) {
        executeCommand(new CommandArguments(Command.SUBSCRIBE).add(channel));
      }
      setSoTimeout(TICK);
    } catch (RuntimeException e) {
      drop();
      throw e;
    }
  }

  /**
   * Waits for messages until the connection fails.
   *
   * @param onMessage called for every message
   * @param onTick called while nothing comes
   * @throws JedisConnectionException when it fails
   */
  void follow(Runnable onMessage, Runnable onTick) {
    this.onTick = onTick;
    heard = System.nanoTime();
    following = true;
    while (true) {
      getUnflushedObject();
      heard = System.nanoTime();
      if (pinged) {
        pinged = false;
      }
      onMessage.run();
    }
  }

  @Override
  protected Object protocolRead(RedisInputStream in, PushConsumerChain consumers) {
    while (following && !isReadable(in)) {
      onTick.run();
      keepAlive();
    }
    return super.protocolRead(in, consumers);
  }

  private static boolean isReadable(RedisInputStream in) {
    try {
      in.peek((byte) '*');
      return true;
    } catch (JedisConnectionException e) {
      if (e.getCause() instanceof SocketTimeoutException) {
        return false;
      }
      throw e;
    }
  }

  private void keepAlive() {
    long silent = System.nanoTime() - heard;
    if (pinged && silent > 2 * PATIENCE_NANOS) {
      throw new JedisConnectionException("The sentinel is silent", new SocketTimeoutException());
    }
    if (!pinged && silent > PATIENCE_NANOS) {
      pinged = true;
      sendCommand(new CommandArguments(Command.PING));
      flush();
    }
  }
}
