package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.pipservices3.redis.fixture.Scale;

/** That the shortcuts of a codec change nothing: it agrees with plain Jackson on random input. */
class JsonCodecRandomTest {
  private static final int ROUNDS = Scale.times(500, 5_000);
  private static final String KEY = "some-key";
  private static final String[] PIECES = {
    "0",
    "1",
    "9",
    "-",
    "+",
    ".",
    "e",
    "00",
    "2147483647",
    "2147483648",
    "922337203685477580",
    "true",
    "false",
    "null",
    "t",
    "nul",
    "\"",
    "\"",
    "\"a",
    "a\"",
    "\\",
    "\\n",
    "\\u00e9",
    "\\ud83e",
    "é",
    "🦊",
    "\uFFFD",
    "\uFEFF",
    "\u0000",
    "\u001f",
    "\u007f",
    " ",
    "\t",
    "\n",
    "\r",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\"k\":",
    "abc",
    "'",
    "/*",
    "NaN"
  };

  private final JsonCodec codec = JsonCodec.with(List.of());
  private final JsonMapper jackson =
      JsonMapper.builder()
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  @RepeatedTest(5)
  void decode_randomText_agreesWithJackson(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int i = 0; i < ROUNDS; i++) {
      String text = text(random, 5);
      assertThat(codec.decode(null, KEY, text.getBytes(UTF_8)))
          .as("<%s>", text)
          .isEqualTo(expected(text));
    }
  }

  @RepeatedTest(5)
  void decode_randomNumber_agreesWithJackson(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int i = 0; i < ROUNDS; i++) {
      String text = new BigInteger(random.nextInt(70), random).toString();
      String number = random.nextBoolean() ? text : "-" + text;
      assertThat(codec.decode(null, KEY, number.getBytes(UTF_8))).isEqualTo(expected(number));
    }
  }

  @RepeatedTest(5)
  void encode_randomValue_agreesWithJacksonAndComesBack(RepetitionInfo repetition)
      throws JsonProcessingException {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int i = 0; i < ROUNDS; i++) {
      Object value = value(random, 4);
      byte[] json = codec.encode(null, KEY, value);
      assertThat(json).isEqualTo(jackson.writeValueAsBytes(value));
      assertThat(codec.decode(null, KEY, json)).isEqualTo(value);
    }
  }

  private @Nullable Object expected(String text) {
    if (text.isBlank()) {
      return text;
    }
    try {
      return jackson.readValue(text, Object.class);
    } catch (JsonProcessingException e) {
      return text;
    }
  }

  private static String text(Random random, int pieces) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(pieces + 1); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  private static @Nullable Object value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 7)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextInt() >> random.nextInt(32);
      case 3 -> random.nextLong() | (1L << 40);
      case 4 -> random.nextGaussian();
      case 5 -> new BigInteger(64, random).add(BigInteger.ONE.shiftLeft(64));
      case 6 -> text(random, 6);
      case 7 -> list(random, depth - 1);
      default -> map(random, depth - 1);
    };
  }

  private static List<@Nullable Object> list(Random random, int depth) {
    List<@Nullable Object> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(value(random, depth));
    }
    return list;
  }

  private static Map<String, @Nullable Object> map(Random random, int depth) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      map.put(text(random, 3), value(random, depth));
    }
    return map;
  }
}
