package org.pipservices3.redis.internal.loading;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.ModelCheck.call;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.redis.fixture.ModelCheck;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.internal.json.JsonCodec;
import org.pipservices3.redis.internal.lookup.CacheMetrics;
import org.pipservices3.redis.internal.lookup.Failures;
import org.pipservices3.redis.internal.lookup.Lookup;
import org.pipservices3.redis.internal.lookup.Miss;
import org.pipservices3.redis.internal.lookup.RecordedMetrics;
import org.pipservices3.redis.internal.lookup.StaleValues;
import org.pipservices3.redis.internal.tracking.FakeTracking;

/**
 * Loads, removals and stores of one key by two processes, in every order of steps that a model
 * checker comes to try.
 *
 * <p>The source is a number that rises. A change of it is over when the key was removed or stored
 * after it. A call that begins later must not return an older number, and nobody waits for ever.
 */
@Tag(ModelCheck.TAG)
class LoadModelTest {
  private static final JsonCodec JSON = JsonCodec.with(List.of());
  private static final String KEY = "key";
  private static final String LEASE = "lease";
  private static final LoadSettings SETTINGS =
      new LoadSettings(60_000, null, 0, 0, TimeUnit.DAYS.toMillis(1), true, 0, 0, 0);

  @ParameterizedTest
  @ValueSource(strings = {"removeHere", "removeThere", "storeHere", "storeThere"})
  void load_besideAChangeAndALoadAfterIt_isNeverOlder(String change) {
    check("loadHere", change + " loadHere");
  }

  @ParameterizedTest
  @ValueSource(strings = {"removeHere", "removeThere"})
  void loads_ofTwoProcessesBesideARemoval_areNeverOlder(String change) {
    check("loadHere", "loadThere", change + " loadHere");
  }

  @Test
  void loads_ofOneProcessBesideARemovalByAnother_areNeverOlder() {
    check("loadHere", "loadHere", "removeThere loadHere");
  }

  @Test
  void checker_fillWithoutLease_isCaught() {
    assertCaught(FillsAlways.class);
  }

  @Test
  void checker_removalLeavesTheLease_isCaught() {
    assertCaught(LeasesStay.class);
  }

  private static void check(String... threads) {
    ModelCheck.inScenario(model(), actors(TwoProcesses.class, threads))
        .invocationsPerIteration(Scale.times(12, 120))
        .check(TwoProcesses.class);
  }

  private static void assertCaught(Class<?> broken) {
    List<List<Actor>> threads = actors(broken, "loadHere", "removeThere");
    List<Actor> after = List.of(call(broken, "loadThere"));
    assertThat(ModelCheck.violation(model(), broken, threads, after))
        .contains("Invalid execution results");
  }

  private static List<List<Actor>> actors(Class<?> model, String... threads) {
    return Stream.of(threads)
        .map(calls -> Stream.of(calls.split(" ")).map(name -> call(model, name)).toList())
        .toList();
  }

  private static ModelCheckingOptions model() {
    return ModelCheck.of(Redis.class, JsonCodec.class, CacheMetrics.class, LoadHistory.class)
        .sequentialSpecification(NeverOlder.class);
  }

  /** The server's side of one key, with leases that all removals end. */
  private static class Redis {
    byte @Nullable [] value;
    @Nullable String lease;
    private int tokens;

    synchronized byte @Nullable [] get() {
      return value;
    }

    synchronized @Nullable String lease() {
      return lease;
    }

    synchronized LoadStore.Claim claim() {
      if (value != null) {
        return new LoadStore.Claim(value, null, "", 0);
      }
      if (lease != null) {
        return new LoadStore.Claim(null, null, "", 1_000_000);
      }
      lease = "token-" + ++tokens;
      return new LoadStore.Claim(null, LoadStore.Expected.NOTHING, lease, 0);
    }

    synchronized LoadStore.Filled fill(String token, byte[] json) {
      if (!token.equals(lease)) {
        return LoadStore.Filled.SUPERSEDED;
      }
      lease = null;
      if (value != null) {
        return LoadStore.Filled.TAKEN;
      }
      value = json;
      return LoadStore.Filled.DONE;
    }

    synchronized void remove() {
      lease = null;
      value = null;
    }

    synchronized void set(byte[] json) {
      value = json;
    }
  }

  /** Reports every change to all that listen. */
  private static final class Tracking extends FakeTracking {
    private final Redis redis;

    private Tracking(Redis redis) {
      this.redis = redis;
    }

    @Override
    public @Nullable Reading read(String key) {
      throw new AssertionError("There is no near cache");
    }

    @Override
    public long remaining(String key, Runnable beforeRead) {
      boolean isThere = key.equals(KEY) ? redis.get() != null : redis.lease() != null;
      return isThere ? 1_000_000 : -2;
    }

    void changed() {
      for (Listener listener : listeners) {
        listener.changed(KEY);
        listener.changed(LEASE);
      }
    }
  }

  /** One process's connection to it. */
  private record Store(Redis redis, Tracking tracking) implements LoadStore {
    @Override
    public String leaseOf(String name) {
      return LEASE;
    }

    @Override
    public Claim claim(LoadCall<?> call, String lease, Expected expected) {
      return redis.claim();
    }

    @Override
    public Filled fill(
        LoadCall<?> call, String lease, String token, Expected expected, byte[] json, long ttl) {
      Filled filled = redis.fill(token, json);
      tracking.changed();
      return filled;
    }

    @Override
    public Filled release(LoadCall<?> call, String lease, String token) {
      throw new AssertionError("Every load is stored");
    }

    @Override
    public void claimAll(@Nullable String id, LoadSettings settings, List<BulkPart> parts) {
      throw new AssertionError();
    }

    @Override
    public void settleAll(@Nullable String id, LoadSettings settings, List<BulkPart> parts) {
      throw new AssertionError();
    }

    @Override
    public void releaseAll(@Nullable String id, List<BulkPart> parts) {
      throw new AssertionError();
    }

    @Override
    public void abandon(Map<String, String> tokensByLease) {
      throw new AssertionError();
    }
  }

  public static class TwoProcesses {
    private final AtomicInteger source = new AtomicInteger();
    private final AtomicInteger over = new AtomicInteger(); // the last change that is
    private final Redis redis;
    private final Tracking tracking;
    private final Loads here;
    private final Loads there;

    public TwoProcesses() {
      this(new Redis());
    }

    TwoProcesses(Redis redis) {
      this.redis = redis;
      this.tracking = new Tracking(redis);
      this.here = process();
      this.there = process();
    }

    private Loads process() {
      CacheMetrics metrics = new RecordedMetrics().metrics;
      Failures failures = new Failures(metrics, /* breaker= */ null);
      return new Loads(
          new LoadParts(
              JSON,
              new Lookup(JSON, (id, name) -> redis.get(), /* near= */ null, metrics, failures),
              new Flights(),
              new Store(redis, tracking),
              new LeaseWatch(tracking, /* pollMillis= */ 100),
              new LoadHistory(10, () -> 0, () -> 0),
              new StaleAnswers(StaleValues.none(), JSON, metrics),
              new BackgroundLoads(),
              failures,
              metrics));
    }

    @Operation
    public boolean loadHere() {
      return load(here);
    }

    @Operation
    public boolean loadThere() {
      return load(there);
    }

    @Operation(nonParallelGroup = "changes")
    public void removeHere() {
      remove(here);
    }

    @Operation(nonParallelGroup = "changes")
    public void removeThere() {
      remove(there);
    }

    @Operation(nonParallelGroup = "changes")
    public void storeHere() {
      store(here);
    }

    @Operation(nonParallelGroup = "changes")
    public void storeThere() {
      store(there);
    }

    private boolean load(Loads by) {
      int least = over.get();
      Object found = by.find(null, KEY, Integer.class);
      LoadCall<RuntimeException> call =
          new LoadCall<>(
              null, KEY, KEY, Integer.class, SETTINGS, (id, key) -> source.get(), Loads.class);
      Object value = found instanceof Miss miss ? by.load(call, miss) : found;
      return (Integer) value >= least;
    }

    private void remove(Loads by) {
      int changed = source.incrementAndGet();
      by.forget(KEY);
      redis.remove();
      tracking.changed();
      by.forget(KEY);
      over.set(changed);
    }

    private void store(Loads by) {
      int changed = source.incrementAndGet();
      by.forget(KEY);
      redis.set(Integer.toString(changed).getBytes(US_ASCII));
      tracking.changed();
      by.forget(KEY);
      over.set(changed);
    }
  }

  public static final class FillsAlways extends TwoProcesses {
    public FillsAlways() {
      super(
          new Redis() {
            @Override
            synchronized LoadStore.Filled fill(String token, byte[] json) {
              value = json;
              return LoadStore.Filled.DONE;
            }
          });
    }
  }

  public static final class LeasesStay extends TwoProcesses {
    public LeasesStay() {
      super(
          new Redis() {
            @Override
            synchronized void remove() {
              value = null;
            }
          });
    }
  }

  public static final class NeverOlder {
    public boolean loadHere() {
      return true;
    }

    public boolean loadThere() {
      return true;
    }

    public void removeHere() {}

    public void removeThere() {}

    public void storeHere() {}

    public void storeThere() {}
  }
}
