package org.pipservices3.redis.examples.tutorial;

// tutorial:cache-import
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.cache.RedisCache;

// end

/** The tutorial's code on the cache, with nothing imported that the tutorial does not import. */
final class CacheSnippets {
  private CacheSnippets() {}

  static RedisCache create() {
    // tutorial:cache-create
    RedisCache cache = new RedisCache();
    cache.configure(
        ConfigParams.fromTuples("connection.host", "localhost", "connection.port", 6379));
    // end
    return cache;
  }

  static void open(RedisCache cache) throws ApplicationException {
    // tutorial:cache-open
    cache.open("123");
    // end
  }

  static void close(RedisCache cache) {
    // tutorial:cache-close
    cache.close("123");
    // end
  }

  static boolean store(RedisCache cache) {
    // tutorial:cache-store
    boolean stored = cache.store("123", "key1", "ABC", 60000); // true
    // end
    return stored;
  }

  static Object[] retrieve(RedisCache cache) {
    // tutorial:cache-retrieve
    Object value = cache.retrieve("123", "key1"); // "ABC"
    String text = cache.retrieveAs("123", "key1", String.class); // "ABC", as a String
    // end
    return new Object[] {value, text};
  }

  static int[] remove(RedisCache cache) {
    // tutorial:cache-remove
    int removed = cache.delete("123", "key1"); // 1
    int again = cache.delete("123", "key1"); // 0: there is none any more
    cache.remove("123", "key1"); // the same, but does not say whether there was one
    // end
    return new int[] {removed, again};
  }
}
