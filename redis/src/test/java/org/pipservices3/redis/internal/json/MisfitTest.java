package org.pipservices3.redis.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;
import static org.pipservices3.redis.fixture.Failures.textOf;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.core.type.TypeReference;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;

/** What does not fit is named by its path and kind, and never by its value. */
class MisfitTest extends OnJsonCodec {
  private static final String SECRET = "s3cr3t";
  private static final Type ORDERS = new TypeReference<List<Order>>() {}.getType();
  private static final Type BY_NAME = new TypeReference<Map<String, Order>>() {}.getType();

  enum Color {
    RED
  }

  record Item(double price, int count, boolean sold, Color color) {}

  record Order(List<Item> items, Instant at, UUID id, Strict strict) {}

  record Strict(String text) {
    Strict {
      if (text.contains(SECRET)) {
        throw new IllegalStateException(text);
      }
    }
  }

  interface Unmade {}

  record Holder(Unmade unmade) {}

  /** Takes any name, which is data then. */
  static final class Open {
    @JsonAnySetter final Map<String, Integer> more = new HashMap<>();
  }

  static Stream<Arguments> misfits() {
    return Stream.of(
        arguments(
            Order.class, "{'items':[{'price':'S'}]}", " at items[0].price: a string, not a number"),
        arguments(
            Order.class,
            "{'items':[{},{'count':[1]}]}",
            " at items[1].count: an array, not a number"),
        arguments(
            Order.class,
            "{'items':[{'count':3000000000}]}",
            " at items[0].count: a number that is no int"),
        arguments(
            Order.class,
            "{'items':[{'count':1.5}]}",
            " at items[0].count: a number that is no int"),
        arguments(
            Order.class, "{'items':[{'sold':'S'}]}", " at items[0].sold: a string, not a boolean"),
        arguments(
            Order.class,
            "{'items':[{'sold':{'a':'S'}}]}",
            " at items[0].sold: an object, not a boolean"),
        arguments(
            Order.class,
            "{'items':[{'color':'S'}]}",
            " at items[0].color: a string that is no " + Color.class.getName()),
        arguments(Order.class, "{'items':{'a':'S'}}", " at items: an object, not an array"),
        arguments(Order.class, "{'items':['S']}", " at items[0]: a string, not an object"),
        arguments(Order.class, "{'at':'S'}", " at at: a string that is no java.time.Instant"),
        arguments(Order.class, "{'id':'S'}", " at id: a string that is no java.util.UUID"),
        arguments(
            Order.class,
            "{'strict':{'text':'S'}}",
            " at strict: an object, refused by "
                + Strict.class.getTypeName()
                + " (java.lang.IllegalStateException)"),
        arguments(
            Holder.class,
            "{'unmade':{'a':'S'}}",
            " at unmade: an object, and Jackson cannot create " + Unmade.class.getTypeName()),
        arguments(
            ORDERS,
            "[{},{'items':[{'price':'S'}]}]",
            " at [1].items[0].price: a string, not a number"),
        arguments(
            BY_NAME,
            "{'S':{'items':[{'price':'S'}]}}",
            " at [*].items[0].price: a string, not a number"),
        arguments(Open.class, "{'S':'a'}", " at [*]: a string, not a number"),
        arguments(int.class, "{'a':'S'}", ": an object, not a number"));
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void decode_misfit_isNamedByPathAndKind(Type type, String json, String expected) {
    String text = json.replace('\'', '"').replace("S", SECRET);
    ApplicationException error =
        assertFails(
            () -> codec.decode(TRACE, "key", text.getBytes(StandardCharsets.UTF_8), type),
            BadRequestException.class,
            "WRONG_VALUE");
    assertThat(error.getMessage())
        .isEqualTo(
            "What is stored under key 'key', a JSON "
                + (json.startsWith("[") ? "array" : "object")
                + ", does not convert to "
                + type.getTypeName()
                + expected
                + ": ask for another type, or remove the key");
    assertThat(error.getCause()).hasMessageStartingWith("com.fasterxml.jackson.");
    assertThat(error.getCause().getStackTrace()).isNotEmpty();
    assertThat(textOf(error)).doesNotContain(SECRET);
  }
}
