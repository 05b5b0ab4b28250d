package org.pipservices3.redis.state;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.components.state.StateValue;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.command.BulkCommands;
import org.pipservices3.redis.internal.command.RedisCommands;
import org.pipservices3.redis.internal.json.JsonCodec;
import org.pipservices3.redis.internal.json.ValueErrors;

/**
 * The state store's engine while the component is open.
 *
 * <p>Safe for any number of threads; everything runs on the callers'.
 *
 * @param timeout the lifetime of a state in milliseconds; zero for ever
 */
record StateEngine(RedisCommands commands, JsonCodec json, String prefix, long timeout) {

  /** Reads a state; as what its JSON is if the type is null. */
  @Nullable Object load(@Nullable String correlationId, String key, @Nullable Type type) {
    String name = prefix + key;
    try {
      return decoded(correlationId, name, commands.get(correlationId, name), type);
    } catch (RedisException e) {
      throw ValueErrors.named(correlationId, name, e);
    }
  }

  /** Reads states, a missing one as null; the first failure is thrown when all were tried. */
  List<StateValue<@Nullable Object>> loadAll(@Nullable String correlationId, List<String> keys) {
    List<String> names = keys.stream().map(prefix::concat).toList();
    BulkCommands.Replies replies = commands.bulk().get(correlationId, names);
    List<StateValue<@Nullable Object>> states = new ArrayList<>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      RedisException failure = replies.failure(i);
      if (failure != null) {
        throw ValueErrors.named(correlationId, names.get(i), failure);
      }
      Object state = decoded(correlationId, names.get(i), replies.value(i), /* type= */ null);
      states.add(new StateValue<>(keys.get(i), state));
    }
    return states;
  }

  void save(@Nullable String correlationId, String key, @Nullable Object state) {
    String name = prefix + key;
    if (state == null) {
      commands.remove(correlationId, name);
      return;
    }
    byte[] text = json.encode(correlationId, name, state);
    if (timeout > 0) {
      commands.set(correlationId, name, text, timeout);
    } else {
      commands.set(correlationId, name, text);
    }
  }

  /** Removes a state and returns what was there. */
  @Nullable Object delete(@Nullable String correlationId, String key) {
    String name = prefix + key;
    try {
      byte @Nullable [] text = commands.getAndDelete(correlationId, name);
      return decoded(correlationId, name, text, /* type= */ null);
    } catch (RedisException e) {
      throw ValueErrors.named(correlationId, name, e);
    }
  }

  private @Nullable Object decoded(
      @Nullable String correlationId, String name, byte @Nullable [] text, @Nullable Type type) {
    if (text == null) {
      return null;
    }
    return type == null
        ? json.decode(correlationId, name, text)
        : json.decode(correlationId, name, text, type);
  }
}
