package org.pipservices3.redis.internal.topology;

import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import org.pipservices3.redis.internal.wire.SingleUseConnection;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * A connection on which one sentinel reports a new master.
 *
 * <p>A read of the socket times out every {@value #TICK} ms. After {@link Sentinels#PATIENCE} ms of
 * silence it sends a PING, and after as long again it fails. Used by one thread; any may {@link
 * #drop} it.
 */
final class SentinelSubscription extends SingleUseConnection {
  private static final int TICK = 200;
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(Sentinels.PATIENCE);

  /** Another server has become the master; and before, that it is about to. */
  private static final String[] CHANNELS = {"+switch-master", "+promoted-slave"};

  private Runnable onTick = () -> {};
  private boolean following;
  private boolean pinged;
  private long heard;

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

  /** Runs these for every message, and while none comes, until the connection fails. */
  void follow(Runnable onMessage, Runnable onTick) {
    this.onTick = onTick;
    heard = System.nanoTime();
    following = true;
    while (true) {
      getUnflushedObject();
      heard = System.nanoTime();
      pinged = false;
      onMessage.run();
    }
  }

  @Override
  protected Object protocolRead(RedisInputStream in, PushConsumerChain consumers) {
    while (following && !hasMore(in)) {
      onTick.run();
      keepAlive();
    }
    return super.protocolRead(in, consumers);
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
