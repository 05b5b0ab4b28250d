package org.pipservices3.redis.cache;

import org.jspecify.annotations.Nullable;

/**
 * Loads what a cache does not hold, from a database for example.
 *
 * <p>Has the shape of the toolkit's {@code IGetter.getOneById}, so {@code persistence::getOneById}
 * is one. See {@link RedisCache#retrieveOrLoad(String, String, Class, LoadOptions, CacheLoader)}
 * for the thread it runs on and for what becomes of its exceptions.
 *
 * @param <T> the type of the values
 * @param <X> the checked exception that a load may throw; {@code RuntimeException} if none
 */
@FunctionalInterface
public interface CacheLoader<T, X extends Exception> {

  /**
   * Loads one value.
   *
   * @param correlationId that of the call that loads, or null
   * @param key the key as that call gave it, without {@code options.key_prefix}
   * @return the value, or null if there is none
   * @throws X if it cannot be loaded; nothing is stored then
   */
  @Nullable T load(@Nullable String correlationId, String key) throws X;
}
