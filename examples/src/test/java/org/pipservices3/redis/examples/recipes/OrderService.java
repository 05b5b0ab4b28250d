package org.pipservices3.redis.examples.recipes;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.stereotype.Service;

/** A service with a database that it would rather not ask. */
@Service
public class OrderService {
  private final AtomicInteger asked = new AtomicInteger();

  // spring:cacheable
  @Cacheable(cacheNames = "order", key = "#id", sync = true)
  public @Nullable Order byId(String id) {
    return database(id);
  }

  @CacheEvict(cacheNames = "order", key = "#id")
  public void changed(String id) {}

  // end

  @Cacheable(cacheNames = "order", key = "#id")
  public @Nullable Order unsynchronized(String id) {
    return database(id);
  }

  @CachePut(cacheNames = "order", key = "#order.id")
  public Order save(Order order) {
    return order;
  }

  @Cacheable(cacheNames = "order", sync = true)
  public @Nullable Order withoutKey(String customer, String id) {
    return database(customer + id);
  }

  public int asked() {
    return asked.get();
  }

  private @Nullable Order database(String id) {
    asked.incrementAndGet();
    if (id.equals("broken")) {
      throw new IllegalStateException("no database");
    }
    return id.equals("none") ? null : new Order(id, 12);
  }
}
