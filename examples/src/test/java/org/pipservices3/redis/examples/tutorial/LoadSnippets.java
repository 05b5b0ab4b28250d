package org.pipservices3.redis.examples.tutorial;

import com.fasterxml.jackson.core.type.TypeReference;
import java.time.Duration;
import java.util.List;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.cache.LoadOptions;
import org.pipservices3.redis.cache.RedisCache;

/** The code of docs/loading.md: orders of a database, kept in a cache. */
final class LoadSnippets {
  private LoadSnippets() {}

  /** An order as the database has it. */
  record Order(String id, int total, long validForSeconds) {}

  /** The database: the shape of the toolkit's persistence. */
  interface Orders {
    Order getOneById(String correlationId, String id) throws ApplicationException;

    List<Order> getLatest(String customer) throws ApplicationException;
  }

  // loading:options
  static final LoadOptions ORDERS =
      LoadOptions.defaults()
          .timeout(Duration.ofMinutes(10))
          .nullTimeout(Duration.ofSeconds(20)) // "there is no such order" is kept, too
          .jitter(0.1); // orders that were loaded together do not end together

  // end

  // loading:robust
  static final LoadOptions ROBUST =
      ORDERS
          .refreshAhead(1) // loaded again before it ends, so that nobody waits
          .staleFor(Duration.ofHours(1)) // the last value while the database is down
          .softTimeout(Duration.ofMillis(200)); // or while it takes longer than this

  // end

  static Order byHand(RedisCache cache, Orders orders, String id) throws ApplicationException {
    // loading:by-hand
    Order order = cache.retrieveAs("123", id, Order.class);
    if (order == null) {
      order = orders.getOneById("123", id);
      cache.store("123", id, order, 60_000);
    }
    // end
    return order;
  }

  static Order load(RedisCache cache, Orders orders, String id) throws ApplicationException {
    // loading:load
    Order order = cache.retrieveOrLoad("123", id, Order.class, 60_000, orders::getOneById);
    // end
    return order;
  }

  static Order withOptions(RedisCache cache, Orders orders, String id) throws ApplicationException {
    // loading:with-options
    Order order = cache.retrieveOrLoad("123", id, Order.class, ORDERS, orders::getOneById);
    // end
    return order;
  }

  static List<Order> generic(RedisCache cache, Orders orders) throws ApplicationException {
    // loading:generic
    TypeReference<List<Order>> type = new TypeReference<>() {};
    List<Order> latest =
        cache.retrieveOrLoad(
            "123", "latest:anna", type, 60_000, (trace, key) -> orders.getLatest("anna"));
    // end
    return latest;
  }

  static LoadOptions byValue() {
    // loading:by-value
    LoadOptions options =
        LoadOptions.defaults()
            .timeoutOf((Order order) -> Duration.ofSeconds(order.validForSeconds()));
    // end
    return options;
  }

  static void change(RedisCache cache, Runnable writesToTheDatabase, String id) {
    // loading:remove
    writesToTheDatabase.run(); // and commits
    cache.remove("123", id);
    // end
  }
}
