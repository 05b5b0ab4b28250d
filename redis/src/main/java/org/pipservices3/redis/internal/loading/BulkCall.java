package org.pipservices3.redis.internal.loading;

import java.lang.reflect.Type;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one caller asks to load of many keys. Immutable.
 *
 * @param keys how many keys
 * @param type what the caller gets the values as
 * @param origin the class of the loader, whose calls throw the same checked exceptions
 * @param <X> the loader's checked exception
 */
public record BulkCall<X extends Exception>(
    @Nullable String correlationId,
    int keys,
    Type type,
    LoadSettings settings,
    Loader<X> loader,
    Class<?> origin) {

  /** Loads the values of keys as their caller gave them, without those that there are not. */
  public interface Loader<X extends Exception> {
    Map<String, ?> loadAll(@Nullable String correlationId, Collection<String> keys) throws X;
  }
}
