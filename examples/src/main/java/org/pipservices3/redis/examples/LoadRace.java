package org.pipservices3.redis.examples;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.config.IConfigurable;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.redis.cache.RedisCache;

/**
 * LoadRace shows what {@code retrieveOrLoad} is for: many threads ask for a price that no cache
 * holds, and a price is removed while it is being loaded. Each is done first by hand (retrieve,
 * load, store) and then with {@code retrieveOrLoad}.
 *
 * <p>By hand, every thread asks the database, and the removed price is cached after its removal.
 * The threads use the cache components in turn, as several services would.
 *
 * <p>Parameters: {@code threads}.
 */
final class LoadRace implements IConfigurable, Step {
  private static final String TRACE = "load-race";
  private static final long MINUTE = 60_000;
  private static final Duration QUERY = Duration.ofMillis(50);

  private List<RedisCache> caches = List.of();
  private int threads = 64;

  /** How a thread reads the price at a key through its cache. */
  @FunctionalInterface
  private interface Reading {
    @Nullable Integer of(RedisCache cache, String key, Database database);
  }

  /** A database with one price, which takes its time to answer and counts the questions. */
  private static final class Database {
    private final AtomicInteger queries = new AtomicInteger();
    private volatile int price;
    private final Consumer<Database> duringQuery;

    Database(int price, Consumer<Database> duringQuery) {
      this.price = price;
      this.duringQuery = duringQuery;
    }

    int getOneById(@Nullable String correlationId, String key) {
      queries.incrementAndGet();
      int found = price;
      duringQuery.accept(this);
      return found;
    }
  }

  @Override
  public void configure(ConfigParams config) {
    threads = config.getAsIntegerWithDefault("threads", threads);
  }

  @Override
  public void setReferences(IReferences references) throws ReferenceException {
    caches = references.getRequired(RedisCache.class, Descriptors.EVERY_CACHE);
  }

  @Override
  public void run(StepPrinter printer, TutorialKeys keys, TutorialServer server) throws Exception {
    printer.title(
        "%d threads of %d components ask for one price that no cache holds; a query takes %d ms."
            .formatted(threads, caches.size(), QUERY.toMillis()),
        this);
    int byHand = rush(printer, "retrieve, load, store", keys.key("price-1"), LoadRace::byHand);
    int loads = rush(printer, "retrieveOrLoad", keys.key("price-2"), LoadRace::loaded);
    printer.require(byHand > 1, "By hand, several threads should have asked the database");
    printer.require(loads == 1, "With retrieveOrLoad, one thread should have asked the database");

    printer.title("A price changes from 10 to 12 and is removed while 10 is being loaded.", this);
    printer.step(
        "retrieve, load, store: cached afterwards",
        10,
        afterRemoval(keys.key("price-3"), LoadRace::byHand));
    printer.step(
        "retrieveOrLoad: cached afterwards",
        null,
        afterRemoval(keys.key("price-4"), LoadRace::loaded));
  }

  /** Returns how many queries there were. */
  private int rush(StepPrinter printer, String how, String key, Reading reading) throws Exception {
    Database database = new Database(10, same -> LockSupport.parkNanos(QUERY.toNanos()));
    AtomicLong slowest = new AtomicLong();
    Crowd.run(
        threads,
        number -> {
          long start = System.nanoTime();
          reading.of(caches.get(number % caches.size()), key, database);
          slowest.accumulateAndGet(System.nanoTime() - start, Math::max);
        });
    int queries = database.queries.get();
    printer.step(
        how,
        "%d %s, slowest answer %d ms"
            .formatted(
                queries,
                queries == 1 ? "query" : "queries",
                Duration.ofNanos(slowest.get()).toMillis()));
    return queries;
  }

  /** Returns what is cached after a price was changed and removed during its load. */
  private @Nullable Integer afterRemoval(String key, Reading reading) {
    RedisCache first = caches.get(0);
    RedisCache second = caches.get(caches.size() - 1);
    Database database =
        new Database(
            10,
            same -> {
              same.price = 12;
              second.remove(TRACE, key);
            });
    reading.of(first, key, database);
    return second.retrieveAs(TRACE, key, Integer.class);
  }

  private static Integer byHand(RedisCache cache, String key, Database database) {
    Integer price = cache.retrieveAs(TRACE, key, Integer.class);
    if (price == null) {
      price = database.getOneById(TRACE, key);
      cache.store(TRACE, key, price, MINUTE);
    }
    return price;
  }

  private static @Nullable Integer loaded(RedisCache cache, String key, Database database) {
    return cache.retrieveOrLoad(TRACE, key, Integer.class, MINUTE, database::getOneById);
  }
}
