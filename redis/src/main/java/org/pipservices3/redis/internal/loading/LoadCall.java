package org.pipservices3.redis.internal.loading;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * What one caller asks to load. Immutable.
 *
 * @param key as the caller gave it, which is what the loader gets
 * @param name the key with {@code options.key_prefix}
 * @param type what the caller gets the value as
 * @param origin the class of the loader, whose calls throw the same checked exceptions
 * @param <X> the loader's checked exception
 */
public record LoadCall<X extends Exception>(
    @Nullable String correlationId,
    String key,
    String name,
    Type type,
    LoadSettings settings,
    Loader<X> loader,
    Class<?> origin) {

  /** Loads the value of a key as its caller gave it; null for none. */
  public interface Loader<X extends Exception> {
    @Nullable Object load(@Nullable String correlationId, String key) throws X;
  }

  @Nullable Object load() throws X {
    return loader.load(correlationId, key);
  }
}
