package org.pipservices3.redis.soak;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.fixture.Fields;

/**
 * How full every map, queue and list is that belongs to some components: found by walking the
 * fields of this module's objects, so that one which is added later is seen as well.
 *
 * <p>Collections that are not made for several threads are counted, but not looked into.
 */
final class Structures {

  private static final String OURS = "org.pipservices3.redis.";

  private final Map<String, Integer> sizes = new TreeMap<>();
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private Structures() {}

  /** The sizes of all, by class and field; what has several of a kind is summed up. */
  static Map<String, Integer> of(Collection<?> components) {
    Structures structures = new Structures();
    components.forEach(component -> structures.visit("", component));
    return structures.sizes;
  }

  private void visit(String place, @Nullable Object object) {
    if (object == null || !seen.add(object)) {
      return;
    }
    if (object instanceof Cache<?, ?> cache) {
      cache.cleanUp();
      count(place, (int) cache.estimatedSize());
    } else if (object instanceof ThreadPoolExecutor pool) {
      count(place, pool.getQueue().size() + pool.getActiveCount());
    } else if (object instanceof AtomicReference<?> reference) {
      visit(place, reference.get());
    } else if (object instanceof Object[] array) {
      for (Object each : array) {
        visit(place, each);
      }
    } else if (object.getClass().getName().startsWith("java.util.")) {
      collection(place, object);
    } else if (isOurs(object.getClass())) {
      fields(object);
    }
  }

  private void collection(String place, Object object) {
    Collection<?> elements = object instanceof Map<?, ?> map ? map.values() : null;
    if (object instanceof Collection<?> collection) {
      elements = collection;
    }
    if (elements == null) {
      return;
    }
    count(place, elements.size());
    if (object.getClass().getName().startsWith("java.util.concurrent.")) {
      elements.forEach(element -> visit(place + "[]", element));
    }
  }

  private void fields(Object object) {
    Fields.forEach(
        object,
        Structures::isOurs,
        (field, value) -> visit(name(field.getDeclaringClass()) + "." + field.getName(), value));
  }

  private void count(String place, int size) {
    sizes.merge(place, size, Integer::sum);
  }

  private static boolean isOurs(Class<?> type) {
    return type.getName().startsWith(OURS) && !type.isHidden() && !type.isEnum();
  }

  private static String name(Class<?> type) {
    return type.getName().substring(type.getName().lastIndexOf('.') + 1).replace('$', '.');
  }
}
