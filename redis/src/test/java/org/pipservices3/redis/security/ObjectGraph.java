package org.pipservices3.redis.security;

import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.fixture.Fields;

/** The objects of this module that can be reached from one of them by fields and collections. */
final class ObjectGraph {

  private static final String OURS = "org.pipservices3.redis.";
  private static final List<String> NOT_OURS = List.of(OURS + "fixture.", OURS + "security.");

  private final Set<Object> known = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Object> next = new ArrayDeque<>();

  private ObjectGraph() {}

  static void forEachOfOurs(@Nullable Object root, Consumer<Object> visitor) {
    new ObjectGraph().visit(root, visitor);
  }

  private void visit(@Nullable Object root, Consumer<Object> visitor) {
    add(root);
    while (!next.isEmpty()) {
      Object each = next.pop();
      if (isOurs(each.getClass())) {
        visitor.accept(each);
        Fields.forEach(each, ObjectGraph::isOurs, (field, value) -> add(value));
      } else {
        addElements(each);
      }
    }
  }

  private void add(@Nullable Object object) {
    if (object != null && known.add(object)) {
      next.push(object);
    }
  }

  private void addElements(Object object) {
    if (object instanceof Collection<?> several) {
      several.forEach(this::add);
    } else if (object instanceof Map<?, ?> map) {
      map.keySet().forEach(this::add);
      map.values().forEach(this::add);
    } else if (object instanceof Optional<?> optional) {
      optional.ifPresent(this::add);
    } else if (object instanceof AtomicReference<?> reference) {
      add(reference.get());
    } else if (object instanceof com.github.benmanes.caffeine.cache.Cache<?, ?> cache) {
      cache.asMap().values().forEach(this::add);
    } else if (object instanceof Object[] array) {
      for (int i = 0; i < array.length; i++) {
        add(Array.get(array, i));
      }
    }
  }

  private static boolean isOurs(Class<?> type) {
    return type.getName().startsWith(OURS)
        && NOT_OURS.stream().noneMatch(type.getName()::startsWith);
  }
}
