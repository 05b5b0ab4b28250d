package org.pipservices3.redis.examples.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.NotFoundException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.examples.TestServer;
import org.pipservices3.redis.examples.tutorial.LoadSnippets.Order;
import org.pipservices3.redis.examples.tutorial.LoadSnippets.Orders;

/** The code of docs/loading.md does what the page says. */
class LoadSnippetsIT {
  private static final Order TEA = new Order("order-7", 12, 5);

  private final TestServer server = new TestServer();
  private final RedisCache cache = new RedisCache();
  private final Database orders = new Database();

  /** Counts how often it was asked. */
  private static final class Database implements Orders {
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public Order getOneById(String correlationId, String id) throws ApplicationException {
      asked.incrementAndGet();
      if (id.startsWith("broken")) {
        throw new NotFoundException(correlationId, "NO_ORDER", "There is no order " + id);
      }
      return id.equals(TEA.id()) ? TEA : null;
    }

    @Override
    public List<Order> getLatest(String customer) {
      asked.incrementAndGet();
      return List.of(TEA);
    }
  }

  @BeforeEach
  void open() throws ApplicationException {
    cache.configure(
        ConfigParams.fromTuples("connection.uri", server.uri(), "options.near_cache", true));
    cache.open(null);
  }

  @AfterEach
  void close() {
    cache.close(null);
    server.close();
  }

  @Test
  void byHandAndLoad_coldKey_giveAndKeepTheSame() throws Exception {
    assertThat(LoadSnippets.byHand(cache, orders, TEA.id())).isEqualTo(TEA);
    String json = server.text(TEA.id());
    cache.remove(null, TEA.id());

    assertThat(LoadSnippets.load(cache, orders, TEA.id())).isEqualTo(TEA);
    assertThat(LoadSnippets.load(cache, orders, TEA.id())).isEqualTo(TEA);
    assertThat(server.text(TEA.id())).isEqualTo(json);
    assertThat(orders.asked).hasValue(2);
  }

  @Test
  void load_databaseThrows_isItsOwnException() {
    assertThatThrownBy(() -> LoadSnippets.load(cache, orders, "broken"))
        .isExactlyInstanceOf(NotFoundException.class)
        .hasMessage("There is no order broken");
    assertThat(server.keys()).isEmpty();
  }

  @Test
  void withOptions_noSuchOrder_isAskedForOnce() throws Exception {
    assertThat(LoadSnippets.withOptions(cache, orders, "none")).isNull();
    assertThat(LoadSnippets.withOptions(cache, orders, "none")).isNull();
    assertThat(server.text("none")).isEqualTo("null");
    assertThat(orders.asked).hasValue(1);
  }

  @Test
  void generic_list_isOfThatType() throws Exception {
    assertThat(LoadSnippets.generic(cache, orders)).containsExactly(TEA);
    assertThat(LoadSnippets.generic(cache, orders)).containsExactly(TEA);
    assertThat(orders.asked).hasValue(1);
  }

  @Test
  void byValue_order_hasItsOwnLifetime() throws Exception {
    cache.retrieveOrLoad(null, TEA.id(), Order.class, LoadSnippets.byValue(), orders::getOneById);
    assertThat(cache.retrieveAs(null, TEA.id(), Order.class)).isEqualTo(TEA);
    assertThat(server.millisToLive(TEA.id())).isBetween(1L, 5_000L);
  }

  @Test
  void remove_afterTheChange_isLoadedAnew() throws Exception {
    LoadSnippets.load(cache, orders, TEA.id());
    AtomicInteger changes = new AtomicInteger();
    LoadSnippets.change(cache, changes::incrementAndGet, TEA.id());
    assertThat(changes).hasValue(1);
    assertThat(server.keys()).isEmpty();
  }

  @Test
  void robust_options_load() throws Exception {
    assertThat(
            cache.retrieveOrLoad(
                null, TEA.id(), Order.class, LoadSnippets.ROBUST, orders::getOneById))
        .isEqualTo(TEA);
  }
}
