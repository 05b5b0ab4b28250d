package org.pipservices3.redis.examples.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.examples.TestServer;

/** The code of docs/bulk.md does what the page says. */
class BulkSnippetsIT {
  private final TestServer server = new TestServer();
  private final RedisCache cache = new RedisCache();

  @BeforeEach
  void open() throws ApplicationException {
    cache.configure(
        ConfigParams.fromTuples("connection.uri", server.uri(), "options.key_prefix", "shop:"));
    cache.open(null);
  }

  @AfterEach
  void close() {
    cache.close(null);
    server.close();
  }

  @Test
  void readAndWrite_twoOfThree_areThere() {
    assertThat(BulkSnippets.readAndWrite(cache)).isEqualTo(Map.of("tea", 150, "milk", 90));
    assertThat(server.keys()).containsExactlyInAnyOrder("shop:tea", "shop:milk");
  }

  @Test
  void load_oneOfThreeIsMissing_isAskedForAlone() {
    BulkSnippets.readAndWrite(cache);
    List<String> asked = new ArrayList<>();
    Map<String, Integer> prices =
        BulkSnippets.load(
            cache,
            missing -> {
              asked.addAll(missing);
              return Map.of("rum", 900);
            });
    assertThat(asked).containsExactly("rum");
    assertThat(prices).isEqualTo(Map.of("tea", 150, "milk", 90, "rum", 900));
  }

  @Test
  void clear_prefix_removesAllOfIt() {
    BulkSnippets.readAndWrite(cache);
    assertThat(BulkSnippets.clear(cache, removed -> {})).containsExactly(2, 0);
    assertThat(server.keys()).isEmpty();
  }
}
