package org.pipservices3.redis.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.Thread.State;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.examples.TestServer;
import org.pipservices3.redis.lock.RedisLock;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** The recipe of the Spring Boot service, as an application that starts and stops. */
class SpringServiceIT {
  private final TestServer server = new TestServer();
  private final ConfigurableApplicationContext service = start();
  private final OrderService orders = service.getBean(OrderService.class);
  private final Cache cache = service.getBean(CacheManager.class).getCache("order");

  @EnableAutoConfiguration
  @Import({SpringBeans.class, SpringLifecycle.class, OrderService.class})
  static class Service {}

  private ConfigurableApplicationContext start() {
    return new SpringApplicationBuilder(Service.class)
        .web(WebApplicationType.NONE)
        .logStartupInfo(false)
        .properties("redis.uri=" + server.uri(), "spring.main.banner-mode=off")
        .run();
  }

  @AfterEach
  void close() {
    service.close();
    server.close();
  }

  @Test
  void cacheable_ofOneOrder_asksTheDatabaseOnce() {
    Order order = orders.byId("17");

    assertThat(orders.byId("17")).isEqualTo(order).isEqualTo(new Order("17", 12));
    assertThat(orders.unsynchronized("17")).isEqualTo(order);
    assertThat(orders.asked()).isEqualTo(1);
    assertThat(server.text("shop:order:17")).isEqualTo("{\"id\":\"17\",\"total\":12}");
    assertThat(server.millisToLive("shop:order:17")).isBetween(1L, 600_000L);
  }

  @Test
  void cacheable_noSuchOrder_isKept() {
    assertThat(orders.byId("none")).isNull();
    assertThat(orders.unsynchronized("none")).isNull();
    assertThat(orders.asked()).isEqualTo(1);
  }

  @Test
  void cacheable_databaseThrows_isItsOwnExceptionAndNothingIsKept() {
    assertThatThrownBy(() -> orders.byId("broken"))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("no database");
    assertThat(server.keys()).isEmpty();
  }

  @Test
  void cacheable_keyOfSeveralParameters_isRefusedWithAdvice() {
    assertThatThrownBy(() -> orders.withoutKey("a", "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("give @Cacheable a key");
  }

  @Test
  void evictAndPut_ofAnOrder_areSeenByTheNextRead() {
    orders.byId("17");
    orders.changed("17");
    assertThat(server.keys()).isEmpty();

    orders.save(new Order("17", 99));
    assertThat(orders.byId("17")).isEqualTo(new Order("17", 99));
    assertThat(orders.asked()).isEqualTo(1);
  }

  @Test
  void get_byManyThreads_loadsOnceAndFailsAsTheLoaderDid() throws Exception {
    List<Thread> callers = new CopyOnWriteArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    AtomicInteger loads = new AtomicInteger();
    Callable<Object> load =
        () -> {
          await()
              .until(() -> sleeping(callers) == 8); // This thread sleeps, too, until it is asked.
          throw new IllegalArgumentException("load " + loads.incrementAndGet());
        };
    Callable<Object> call =
        () -> {
          callers.add(Thread.currentThread());
          return cache.get("17", load);
        };

    for (Future<Object> each : threads.invokeAll(Collections.nCopies(8, call))) {
      assertThatThrownBy(each::get)
          .cause()
          .isExactlyInstanceOf(Cache.ValueRetrievalException.class)
          .cause()
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage("load 1");
    }
    threads.shutdown();
  }

  /** How many threads wait for something. */
  private static long sleeping(List<Thread> threads) {
    return threads.stream()
        .filter(each -> each.getState() == State.TIMED_WAITING || each.getState() == State.WAITING)
        .count();
  }

  @Test
  void putIfAbsent_ofMissingAndOfPresentKey_storesTheFirstOnly() {
    assertThat(cache.putIfAbsent("17", new Order("17", 1))).isNull();

    assertThat(cache.putIfAbsent("17", new Order("17", 2)).get()).isEqualTo(new Order("17", 1));
    assertThat(cache.get("17", Order.class)).isEqualTo(new Order("17", 1));
    assertThat(cache.putIfAbsent("none", null)).isNull();
    assertThat(cache.putIfAbsent("none", new Order("none", 2)).get()).isNull();
  }

  @Test
  void clear_ofOneCache_removesItsKeysOnly() {
    orders.byId("17");
    orders.byId("18");
    server.set("shop:customer:17", "\"Anna\"");

    assertThat(cache.evictIfPresent("18")).isTrue();
    assertThat(cache.evictIfPresent("18")).isFalse();
    assertThat(cache.invalidate()).isTrue();
    assertThat(cache.invalidate()).isFalse();
    assertThat(server.keys()).containsExactly("shop:customer:17");
  }

  @Test
  void get_asAnotherType_isRefused() {
    orders.byId("17");

    assertThatThrownBy(() -> cache.get("17", String.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not java.lang.String");
  }

  @Test
  void health_withAndWithoutRedis_isUpThenDown() {
    HealthIndicator health = service.getBean(HealthIndicator.class);
    assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    assertThat(health.health().getDetails()).containsKey("roundTripMillis");

    server.close();
    assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
    assertThat(health.health().getDetails().get("error").toString())
        .contains("127.0.0.1:" + server.port());
  }

  @Test
  void close_ofTheService_closesTheComponents() {
    RedisLock lock = service.getBean(RedisLock.class);
    RedisCache values = service.getBean(RedisCache.class);
    RedisConnection connection = service.getBean(RedisConnection.class);
    assertThat(lock.tryAcquireLock(null, "job", 60_000)).isTrue();
    assertThat(server.text("shop-lock:job")).isNotNull();

    service.close();
    assertThat(connection.isOpen() || values.isOpen() || lock.isOpen()).isFalse();
    assertThat(server.clients()).isZero();
  }
}
