package org.pipservices3.redis.cache;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Loads many values that a cache does not hold, from a database for example, in one call.
 *
 * <p>See {@link RedisCache#retrieveAllOrLoad(String, Collection, Class, LoadOptions, BulkLoader)}
 * for the thread it runs on and for what becomes of its exceptions.
 *
 * @param <T> the type of the values
 * @param <X> the checked exception that a load may throw; {@code RuntimeException} if none
 */
@FunctionalInterface
public interface BulkLoader<T, X extends Exception> {

  /**
   * Loads values.
   *
   * @param correlationId that of the call that loads, or null
   * @param keys one or more, each once, in the order of that call, as it gave them, without {@code
   *     options.key_prefix}; not to be changed
   * @return the values by key. A null value means that there is none, which may be stored. A key
   *     that is left out is neither returned nor stored; one that was not asked for is ignored
   * @throws X if they cannot be loaded; nothing is stored then
   */
  Map<String, @Nullable T> loadAll(@Nullable String correlationId, Collection<String> keys)
      throws X;
}
