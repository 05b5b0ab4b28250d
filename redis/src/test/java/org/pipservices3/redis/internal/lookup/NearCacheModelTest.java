package org.pipservices3.redis.internal.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.ModelCheck.call;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.redis.fixture.ModelCheck;
import org.pipservices3.redis.internal.tracking.FakeTracking;

/**
 * The near cache in every order of steps that a model checker comes to try, with one key on a
 * server that invalidates it as Redis does.
 *
 * <p>A write is over when it is confirmed (an own one) or when its invalidation was handled
 * (another's). A read that begins later must see it: so reads, fills, writes, flushes and losses of
 * the connection together have to look like calls on one variable, one after the other.
 */
@Tag(ModelCheck.TAG)
class NearCacheModelTest {
  private static final String KEY = "key";

  @Test
  void readsAndWrites_ofOneKey_areAsIfOneAfterTheOther() {
    model().check(OneKey.class);
  }

  @Test
  void readsAndWrites_linkIsLost_areAsIfOneAfterTheOther() {
    model().check(OneKeyOverLinksThatBreak.class);
  }

  /** What a fill meets, with few steps, so that the orders that matter are among those tried. */
  @ParameterizedTest
  @ValueSource(strings = {"write", "writeElsewhere", "flush"})
  void read_besideAChangeAndAReadAfterIt_areAsIfOneAfterTheOther(String change) {
    Object[] value = change.equals("flush") ? new Object[0] : new Object[] {1};
    Class<?> model = OneKeyThatIsSet.class;
    ModelCheck.inScenario(
            model(),
            List.of(
                List.of(call(model, "read")),
                List.of(call(model, change, value), call(model, "read"))))
        .sequentialSpecification(VariableThatIsSet.class)
        .check(model);
  }

  @Test
  void checker_versionNotedAfterTheRead_isCaught() {
    assertThat(ModelCheck.violation(model(), VersionNotedLate.class))
        .contains("Invalid execution results");
  }

  @Test
  void checker_ownWriteWithoutDrop_isCaught() {
    Class<?> broken = NothingDropped.class;
    assertCaught(
        broken,
        call(broken, "write", 1),
        call(broken, "read"),
        call(broken, "write", 2),
        call(broken, "read"));
  }

  @Test
  void checker_lossUnnoticed_isCaught() {
    Class<?> broken = LossUnnoticed.class;
    assertCaught(
        broken,
        call(broken, "read"),
        call(broken, "loseLink"),
        call(broken, "writeElsewhere", 1),
        call(broken, "read"));
  }

  /** Beside a reader: a model of one thread is none. */
  private static void assertCaught(Class<?> broken, Actor... calls) {
    List<List<Actor>> threads = List.of(List.of(calls), List.of(call(broken, "read")));
    assertThat(ModelCheck.violation(model(), broken, threads))
        .contains("Invalid execution results");
  }

  private static ModelCheckingOptions model() {
    return ModelCheck.of(Redis.class)
        .actorsBefore(2)
        .actorsPerThread(3)
        .sequentialSpecification(Variable.class);
  }

  /** The server's side of one key. */
  private static final class Redis {
    private byte value;
    private boolean watched;
    private boolean reported;

    synchronized byte value() {
      return value;
    }

    synchronized byte watch() {
      watched = true;
      return value;
    }

    synchronized void set(int number) {
      value = (byte) number;
      reported |= watched;
      watched = false;
    }

    /** Whether there is an invalidation on the way, which is taken. */
    synchronized boolean takeReport() {
      boolean taken = reported;
      reported = false;
      return taken;
    }

    synchronized void forgetTheLink() {
      watched = false;
      reported = false;
    }
  }

  /** The tracking connection with its reader, which takes invalidations and replies in order. */
  private static class Tracking extends FakeTracking {
    final Redis redis = new Redis();
    private volatile @Nullable AtomicBoolean link = new AtomicBoolean(true);
    private volatile @Nullable Listener listener;

    @Override
    public void subscribe(Listener listener) {
      this.listener = listener;
    }

    @Override
    public @Nullable Reading read(String key) {
      synchronized (this) {
        AtomicBoolean current = link;
        if (current == null) {
          return null;
        }
        byte value = redis.watch();
        deliver();
        return reading(new byte[] {value}, current::get);
      }
    }

    synchronized void deliver() {
      if (redis.takeReport()) {
        listener.changed(KEY);
      }
    }

    void flush() {
      redis.set(0);
      synchronized (this) {
        redis.takeReport();
        listener.everythingChanged();
      }
    }

    void lose() {
      synchronized (this) {
        AtomicBoolean lost = link;
        if (lost != null) {
          lost.set(false);
        }
        link = null;
        redis.forgetTheLink();
      }
      listener.everythingChanged();
    }

    void connect() {
      link = new AtomicBoolean(true);
      listener.everythingChanged();
    }
  }

  @Param(name = "value", gen = IntGen.class, conf = "1:9")
  public static class OneKey {
    final Tracking tracking;
    final NearCache near;

    public OneKey() {
      this(new Tracking());
    }

    OneKey(Tracking tracking) {
      this.tracking = tracking;
      this.near = new NearCache(tracking, 10, 10_000, /* stripes= */ 2, () -> {}, () -> 0);
    }

    @Operation
    public int read() {
      NearEntry copy = near.get(KEY);
      if (copy != null) {
        return (int) copy.decoded();
      }
      NearCache.Fill fill = fill();
      if (!fill.isTracked()) {
        return tracking.redis.value();
      }
      int value = fill.value()[0];
      fill.keep(value);
      return value;
    }

    @Operation
    public void write(@Param(name = "value") int value) {
      tracking.redis.set(value);
      near.drop(KEY);
    }

    @Operation
    public void writeElsewhere(@Param(name = "value") int value) {
      tracking.redis.set(value);
      tracking.deliver();
    }

    @Operation
    public void flush() {
      tracking.flush();
    }

    NearCache.Fill fill() {
      return near.fill(KEY);
    }
  }

  /** Begins with a value, so that a flush changes it. */
  public static final class OneKeyThatIsSet extends OneKey {
    public OneKeyThatIsSet() {
      tracking.redis.set(9);
    }
  }

  public static class OneKeyOverLinksThatBreak extends OneKey {
    public OneKeyOverLinksThatBreak() {}

    OneKeyOverLinksThatBreak(Tracking tracking) {
      super(tracking);
    }

    @Operation(nonParallelGroup = "link")
    public void loseLink() {
      tracking.lose();
    }

    @Operation(nonParallelGroup = "link")
    public void connect() {
      tracking.connect();
    }
  }

  /** Has the version noted only when the reply is there. */
  public static final class VersionNotedLate extends OneKey {
    public VersionNotedLate() {
      super(
          new Tracking() {
            private final Map<Thread, Reading> early = new ConcurrentHashMap<>();

            @Override
            public @Nullable Reading read(String key) {
              Reading reading = early.remove(Thread.currentThread());
              if (reading == null) {
                reading = super.read(key);
                early.put(Thread.currentThread(), reading);
              }
              return reading;
            }
          });
    }

    @Override
    NearCache.Fill fill() {
      tracking.read(KEY);
      return super.fill();
    }
  }

  public static final class NothingDropped extends OneKey {
    @Override
    public void write(int value) {
      tracking.redis.set(value);
    }
  }

  /** A connection that is lost and nobody is told. */
  public static final class LossUnnoticed extends OneKeyOverLinksThatBreak {
    public LossUnnoticed() {
      super(
          new Tracking() {
            @Override
            void lose() {
              redis.forgetTheLink();
            }
          });
      read();
    }
  }

  public static final class VariableThatIsSet extends Variable {
    public VariableThatIsSet() {
      write(9);
    }
  }

  public static class Variable {
    private int value;

    public int read() {
      return value;
    }

    public void write(int value) {
      this.value = value;
    }

    public void writeElsewhere(int value) {
      this.value = value;
    }

    public void flush() {
      value = 0;
    }

    public void loseLink() {}

    public void connect() {}
  }
}
