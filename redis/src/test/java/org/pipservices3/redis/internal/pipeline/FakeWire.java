package org.pipservices3.redis.internal.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.wire.Wire;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * A connection without a server, which echoes the first argument of each command at once: as an
 * error if it begins with {@code ERR}.
 *
 * <p>A test may have something happen before a step, or make it silent until it {@link #speak
 * speaks} or is dropped. Fields may be read and set on any thread.
 */
public final class FakeWire implements Wire {
  public static final Runnable NOTHING = () -> {};

  /** The words of all commands that were written, in their order. */
  public final List<String> written = Collections.synchronizedList(new ArrayList<>());

  public volatile Runnable beforeWrite = NOTHING;
  public volatile Runnable beforeFlush = NOTHING;
  public volatile Runnable beforeReply = NOTHING;
  public volatile boolean dropped;

  /** Whether replies wait until it speaks. */
  public volatile boolean silent;

  /** What it says when it is asked whether it still answers, and how often it was asked. */
  public volatile boolean answers = true;

  public final AtomicInteger asked = new AtomicInteger();

  /** For how many milliseconds it was asked last. */
  public volatile int askedMillis;

  /** What it replies instead of an echo, if set. */
  public volatile byte @Nullable [] value;

  /** What the combiner wants to run when a large reply begins. */
  public volatile Runnable large = NOTHING;

  /** For how many nanoseconds the last caller was ready to poll for its reply. */
  public volatile long lastSpin;

  private final CountDownLatch silenceEnds = new CountDownLatch(1);
  int replies; // one thread at a time reads

  /** A command whose reply is this word. */
  static Call echo(String word) {
    return new Call(new CommandArguments(Command.ECHO).add(word));
  }

  /** Ends its silence, for good. */
  public void speak() {
    silenceEnds.countDown();
  }

  @Override
  public void sendCommand(CommandArguments command) {
    beforeWrite.run();
    written.add(command.size() < 2 ? "PONG" : new String(command.get(1).getRaw(), UTF_8));
  }

  @Override
  public void flush() {
    beforeFlush.run();
  }

  @Override
  public void spin(long nanos, BooleanSupplier alone) {
    lastSpin = nanos;
  }

  @Override
  public @Nullable Object getUnflushedObject() {
    beforeReply.run();
    if (silent) {
      awaitSpeech();
    }
    if (dropped) {
      throw new JedisConnectionException("dropped");
    }
    String word = written.get(replies++);
    if (word.startsWith("ERR")) {
      throw new JedisDataException(word);
    }
    return value == null ? word : value;
  }

  @Override
  public boolean answers(int millis) {
    askedMillis = millis;
    asked.incrementAndGet();
    return answers;
  }

  @Override
  public void onLarge(Runnable listener) {
    large = listener;
  }

  @Override
  public void drop() {
    dropped = true;
    silenceEnds.countDown();
  }

  private void awaitSpeech() {
    try {
      silenceEnds.await();
    } catch (InterruptedException e) {
      throw new JedisConnectionException(e);
    }
  }
}
