package org.pipservices3.redis.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;

/**
 * How large a value may be, for writing as well as for reading: what is stored can be read.
 *
 * <p>Jackson checks depth both ways, names and numbers only when it reads. To parse all that was
 * written would take longer than to write it: so only what may be beyond these bounds is parsed,
 * which is what is longer than the longest name, or has a run of digits that is. What Jackson
 * writes unchecked is checked while it is written: see {@link ReadableGenerator}.
 */
final class JsonBounds {

  /** The longest JSON text, in bytes: as long as the longest reply that is read. */
  static final int MAX_BYTES = 64 << 20;

  /** The deepest nesting of lists and objects. */
  static final int MAX_DEPTH = 500;

  /** All bounds, for messages. */
  static final String ALL =
      (MAX_BYTES >> 20)
          + " MiB, "
          + MAX_DEPTH
          + " levels, names of "
          + StreamReadConstraints.DEFAULT_MAX_NAME_LEN
          + " characters and numbers of "
          + StreamReadConstraints.DEFAULT_MAX_NUM_LEN
          + " digits";

  private static final int MAX_NUMBER = StreamReadConstraints.DEFAULT_MAX_NUM_LEN;
  private static final int MAX_NAME = StreamReadConstraints.DEFAULT_MAX_NAME_LEN;

  private JsonBounds() {}

  /** Whether JSON that was written within the other bounds may have too long a name or number. */
  static boolean mayBeExceeded(byte[] json) {
    return json.length > MAX_NAME || hasLongNumber(json);
  }

  /** Looks at every so many bytes, of which a longer number has one. */
  private static boolean hasLongNumber(byte[] json) {
    for (int at = MAX_NUMBER; at < json.length; at += MAX_NUMBER + 1) {
      int from = at;
      while (from >= 0 && isInNumber(json[from])) {
        from--;
      }
      int to = at;
      while (to < json.length && isInNumber(json[to])) {
        to++;
      }
      if (to - from - 1 > MAX_NUMBER) {
        return true;
      }
    }
    return false;
  }

  private static boolean isInNumber(byte each) {
    return (each >= '0' && each <= '9') || "+-.eE".indexOf(each) >= 0;
  }

  /** A factory of parsers and generators that keep within the bounds. */
  static JsonFactory factory() {
    return new ReadableGenerator.Factory(
        new JsonFactoryBuilder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_BYTES)
                    .build())
            .streamWriteConstraints(
                StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES));
  }

  /** Whether Jackson gave up because of a bound. */
  static boolean isExceeded(Throwable error) {
    for (Throwable t = error; t != null; t = t.getCause()) {
      if (t instanceof StreamConstraintsException) {
        return true;
      }
    }
    return false;
  }
}
