package org.pipservices3.redis.internal.json;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * Jackson's settings.
 *
 * <p>A value never chooses a class by a name in it, but where {@code @JsonTypeInfo} of the asked
 * type lets it: default typing is off, also where a user's module switches it on. Nesting, names,
 * numbers and total size are bounded (see {@link JsonBounds}). An empty string does not turn into a
 * number, date or bean, nor 1.5 into an integer. Unknown properties are ignored, so that versions
 * of a service can share a cache.
 *
 * <p>Two classes of the JDK did not read back: {@link Locale#ROOT} is an empty string, and a {@link
 * BitSet} became a bean without its bits.
 *
 * <p>Jackson initialises some of its classes when the first value needs them. If that value is
 * nested so deep that the stack ends there, such a class stays broken for the life of the process.
 * So a mapper is used once, here, for a value that needs them.
 */
final class JsonMapping {

  /** A {@link BitSet} as a list of its words. */
  private abstract static class BitSetWords {
    @JsonCreator
    static BitSet valueOf(long[] words) {
      return BitSet.valueOf(words);
    }

    @JsonValue
    abstract long[] toLongArray();
  }

  private record Sample(Instant time, List<Object> list) {}

  private JsonMapping() {}

  /** A mapper with further modules, which come last and so may change what the others do. */
  static ObjectMapper mapper(List<? extends Module> modules) {
    ObjectMapper mapper = settings();
    modules.forEach(mapper::registerModule);
    mapper.deactivateDefaultTyping();
    Sample sample = new Sample(Instant.EPOCH, List.of(Duration.ZERO, 1.5));
    mapper.convertValue(sample, Sample.class);
    return mapper;
  }

  private static ObjectMapper settings() {
    return JsonMapper.builder(JsonBounds.factory())
        .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
        .addModule(new Jdk8Module())
        .addModule(new JavaTimeModule())
        .addModule(new TypeIds())
        .addModule(new UtcDates())
        .addModule(new DateParsing())
        .addMixIn(BitSet.class, BitSetWords.class)
        .defaultDateFormat(new IsoDateFormat())
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(DeserializationFeature.READ_DATE_TIMESTAMPS_AS_NANOSECONDS)
        .enable(MapperFeature.BLOCK_UNSAFE_POLYMORPHIC_BASE_TYPES)
        .withCoercionConfigDefaults(
            all -> all.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
        .withCoercionConfig(
            Locale.class,
            locale -> locale.setCoercion(CoercionInputShape.EmptyString, CoercionAction.AsEmpty))
        .build();
  }
}
