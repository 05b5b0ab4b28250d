package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Subtypes, optional values and modules of the user's own. */
class TypeIdsTest extends OnJsonCodec {

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Dog.class, name = "dog"),
    @JsonSubTypes.Type(value = Cat.class, name = "cat")
  })
  sealed interface Animal permits Dog, Cat {}

  record Dog(String name) implements Animal {}

  record Cat(int lives) implements Animal {}

  record Zoo(List<Animal> animals, Animal first, Dog dog, Object any) {}

  record Mixed(Optional<String> text, OptionalInt number, Optional<Dog> dog) {}

  static Stream<Arguments> polymorphic() {
    Dog dog = new Dog("Rex");
    Cat cat = new Cat(9);
    return Stream.of(
        arguments(List.of(dog, cat), new TypeReference<List<Animal>>() {}),
        arguments(Map.of("a", cat), new TypeReference<Map<String, Animal>>() {}),
        arguments(
            List.of(Map.of("a", List.of(dog))),
            new TypeReference<List<Map<String, List<Animal>>>>() {}),
        arguments(dog, new TypeReference<Animal>() {}),
        arguments(Optional.of(cat), new TypeReference<Optional<Animal>>() {}));
  }

  @ParameterizedTest
  @MethodSource("polymorphic")
  void encode_subtypesInAnyContainer_readBack(Object value, TypeReference<?> type) {
    byte[] json = codec.encode(null, "key", value);
    assertThat(codec.decode(null, "key", json, type.getType())).isEqualTo(value);
  }

  @Test
  void encode_subtypesInFields_haveTheirIdOnce() {
    Zoo zoo = new Zoo(List.of(new Dog("Rex")), new Cat(9), new Dog("Max"), new Cat(1));
    assertThat(new String(codec.encode(null, "key", zoo), UTF_8))
        .isEqualTo(
            "{\"animals\":[{\"kind\":\"dog\",\"name\":\"Rex\"}],"
                + "\"first\":{\"kind\":\"cat\",\"lives\":9},"
                + "\"dog\":{\"kind\":\"dog\",\"name\":\"Max\"},"
                + "\"any\":{\"kind\":\"cat\",\"lives\":1}}");
  }

  @Test
  void encode_optionals_areTheirValueOrNull() {
    Mixed full = new Mixed(Optional.of("a"), OptionalInt.of(1), Optional.of(new Dog("Rex")));
    byte[] json = codec.encode(null, "key", full);
    assertThat(new String(json, UTF_8))
        .isEqualTo("{\"text\":\"a\",\"number\":1,\"dog\":{\"kind\":\"dog\",\"name\":\"Rex\"}}");
    assertThat(codec.decode(null, "key", json, Mixed.class)).isEqualTo(full);
    Mixed empty = new Mixed(Optional.empty(), OptionalInt.empty(), Optional.empty());
    byte[] nulls = codec.encode(null, "key", empty);
    assertThat(new String(nulls, UTF_8)).isEqualTo("{\"text\":null,\"number\":null,\"dog\":null}");
    assertThat(codec.decode(null, "key", nulls, Mixed.class)).isEqualTo(empty);
    assertThat(codec.encode(null, "key", Optional.of("a"))).isEqualTo("\"a\"".getBytes(UTF_8));
  }

  /** Has neither a constructor nor a property that Jackson could use. */
  static final class Money {
    private final long cents;

    private Money(long cents) {
      this.cents = cents;
    }
  }

  private static final class MoneyReader extends StdDeserializer<Money> {
    private static final long serialVersionUID = 1L;

    MoneyReader() {
      super(Money.class);
    }

    @Override
    public Money deserialize(JsonParser json, DeserializationContext context) throws IOException {
      return new Money(Long.parseLong(json.getText().replace(".", "")));
    }
  }

  @Test
  void with_moduleOfTheUser_readsItsType() {
    Module module = new SimpleModule().addDeserializer(Money.class, new MoneyReader());
    JsonCodec own = JsonCodec.with(List.of(module));
    assertThat(own.decode(null, "key", "\"1.50\"".getBytes(UTF_8), Money.class))
        .satisfies(money -> assertThat(money.cents).isEqualTo(150));
    assertThat(JsonCodec.with(List.of())).isSameAs(codec);
  }

  /** A value could name any class on the class path. */
  @Test
  void with_moduleThatSwitchesDefaultTypingOn_hasNoSuchEffect() {
    Module typing =
        new SimpleModule() {
          private static final long serialVersionUID = 1L;

          @Override
          public void setupModule(SetupContext context) {
            ObjectMapper mapper = context.getOwner();
            mapper.activateDefaultTyping(
                BasicPolymorphicTypeValidator.builder().allowIfBaseType(Object.class).build());
          }
        };
    JsonCodec codec = JsonCodec.with(List.of(typing));
    byte[] json = "[\"java.util.HashMap\",{\"a\":1}]".getBytes(UTF_8);
    assertThat(codec.decode(null, "key", json, Object.class))
        .isEqualTo(List.of("java.util.HashMap", Map.of("a", 1)));
    assertThat(new String(codec.encode(null, "key", List.of(1, 2)), UTF_8)).isEqualTo("[1,2]");
  }
}
