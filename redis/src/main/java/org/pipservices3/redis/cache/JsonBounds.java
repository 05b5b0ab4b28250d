package org.pipservices3.redis.cache;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;

/**
 * How large a value may be. Size and depth are checked when it is written and when it is read,
 * names and numbers, where Jackson has its own bounds, when it is read.
 */
final class JsonBounds {

  /** The longest JSON text, in bytes. */
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

  private JsonBounds() {}

  /** A factory of parsers and generators that keep within the bounds. */
  static JsonFactory factory() {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxStringLength(MAX_BYTES)
                .build())
        .streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .build();
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
