package org.pipservices3.redis.soak;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadPoolExecutor;
import org.pipservices3.redis.fixture.ObjectGraph;

/**
 * How full every map, queue and list is that belongs to some components: found by walking the
 * fields of this module's objects, so that one which is added later is seen as well.
 *
 * <p>Collections that are not made for several threads are counted, but not looked into.
 */
final class Structures {
  private final Map<String, Integer> sizes = new TreeMap<>();

  private Structures() {}

  /** The sizes of all, by class and field; what has several of a kind is summed up. */
  static Map<String, Integer> of(Collection<?> components) {
    Structures structures = new Structures();
    ObjectGraph.walk(components, structures::visit);
    return structures.sizes;
  }

  private boolean visit(String place, Object object) {
    if (object instanceof Cache<?, ?> cache) {
      cache.cleanUp();
      return count(place, cache, (int) cache.estimatedSize());
    }
    if (object instanceof ThreadPoolExecutor pool) {
      return count(place, pool, pool.getQueue().size() + pool.getActiveCount());
    }
    if (object instanceof Collection<?> collection) {
      return count(place, collection, collection.size());
    }
    if (object instanceof Map<?, ?> map) {
      return count(place, map, map.size());
    }
    Class<?> type = object.getClass();
    return !type.isHidden() && !type.isEnum();
  }

  /** Counts what belongs to the JDK or Caffeine; says whether it may be looked into. */
  private boolean count(String place, Object structure, int size) {
    String type = structure.getClass().getName();
    if (type.startsWith("java.util.") || structure instanceof Cache) {
      sizes.merge(place, size, Integer::sum);
    }
    return type.startsWith("java.util.concurrent.");
  }
}
