package org.pipservices3.redis.internal.lookup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.internal.tracking.FakeTracking;

/** In which form an entry holds its value, and what it weighs in that form. */
class NearCacheFormsTest {
  private static final long LARGE = 1 << 20;
  private static final int KEY_AND_OVERHEAD = "key".length() + 128;
  private final Source source = new Source();

  @Test
  void keep_numbersAndBooleans_areHeldInBothForms() {
    NearCache near = near(LARGE);
    keep(near, "17", 17);
    assertThat(near.get("key").decoded()).isEqualTo(17);
    assertThat(near.get("key").json()).isEqualTo("17".getBytes(UTF_8));
    keep(near, "true", true);
    assertThat(near.get("key").decoded()).isEqualTo(true);
  }

  @Test
  void keep_maps_areHeldAsJsonOnly() {
    NearCache near = near(LARGE);
    keep(near, "{}", Map.of());
    assertThat(near.get("key").decoded()).isNull();
    assertThat(near.get("key").json()).isEqualTo("{}".getBytes(UTF_8));
  }

  @Test
  void decoded_onlyWhatCanBeShared_isAdded() {
    NearCache near = near(LARGE);
    keep(near, "17", null);
    near.decoded("key", near.get("key"), Map.of());
    assertThat(near.get("key").decoded()).isNull();
    near.decoded("key", near.get("key"), 17);
    assertThat(near.get("key").decoded()).isEqualTo(17);
    keep(near, "true", null);
    near.decoded("key", near.get("key"), true);
    assertThat(near.get("key").decoded()).isEqualTo(true);
  }

  @Test
  void keep_latinText_weighsItsBytes() {
    String text = "x".repeat(600);
    assertThat(isKept(text, 602 + KEY_AND_OVERHEAD)).isTrue();
    assertThat(isKept(text, 602 + KEY_AND_OVERHEAD - 1)).isFalse();
  }

  @Test
  void keep_textWithAWideCharacter_weighsTwoBytesForEach() {
    String text = "x".repeat(599) + "€";
    assertThat(isKept(text, 1_200 + KEY_AND_OVERHEAD)).isTrue();
    assertThat(isKept(text, 1_200 + KEY_AND_OVERHEAD - 1)).isFalse();
  }

  record Point(int x, int y) {}

  record Place(int x, int y) {}

  @Test
  void share_record_isHeldBesideItsBytes() {
    NearCache near = near(LARGE);
    keep(near, "{\"x\":1,\"y\":2}", null);
    Point point = new Point(1, 2);
    near.share("key", near.get("key"), Point.class, point);
    assertThat(near.get("key").as(Point.class)).isSameAs(point);
    assertThat(near.get("key").json()).isNotNull();
    assertThat(near.get("key").decoded()).isNull();
  }

  @Test
  void share_anotherType_isDecoded() {
    NearCache near = near(LARGE);
    keep(near, "{\"x\":1,\"y\":2}", null);
    Point point = new Point(1, 2);
    near.share("key", near.get("key"), Point.class, point);
    near.share("key", near.get("key"), Place.class, new Place(1, 2));
    assertThat(near.get("key").as(Place.class)).isNull();
    assertThat(near.get("key").as(Point.class)).isSameAs(point);
  }

  @Test
  void share_whatCallersMayChange_isNot() {
    NearCache near = near(LARGE);
    keep(near, "{}", null);
    near.share("key", near.get("key"), Map.class, Map.of());
    near.share("key", near.get("key"), Point.class, null);
    assertThat(near.get("key").as(Map.class)).isNull();
    assertThat(near.get("key").as(Point.class)).isNull();
  }

  @Test
  void share_numberKnownWithoutAType_keepsBoth() {
    NearCache near = near(LARGE);
    keep(near, "17", null);
    near.share("key", near.get("key"), Long.class, 17L);
    near.decoded("key", near.get("key"), 17);
    assertThat(near.get("key").as(Long.class)).isEqualTo(17L);
    assertThat(near.get("key").decoded()).isEqualTo(17);
  }

  /** An object is several times as large as its text. */
  @Test
  void share_record_weighsMore() {
    String json = "{\"x\":1,\"y\":2}" + " ".repeat(100);
    int entry = json.length() + KEY_AND_OVERHEAD;
    int withObject = entry + 4 * json.length() + 128;
    for (int largest : new int[] {withObject - 1, withObject}) {
      NearCache near = near(8L * largest);
      keep(near, json, null);
      near.share("key", near.get("key"), Point.class, new Point(1, 2));
      assertThat(near.get("key").as(Point.class) != null).isEqualTo(largest == withObject);
    }
  }

  /** Whether a text is kept where the largest entry may have this many bytes. */
  private boolean isKept(String text, int largest) {
    NearCache near = near(8L * largest);
    keep(near, '"' + text + '"', text);
    return near.get("key") != null;
  }

  private void keep(NearCache near, String json, @Nullable Object decoded) {
    source.value = json.getBytes(UTF_8);
    near.fill("key").keep(decoded);
  }

  private NearCache near(long maxBytes) {
    return new NearCache(source, 10, maxBytes, () -> {}, () -> 0);
  }

  private static final class Source extends FakeTracking {
    byte[] value = {};

    @Override
    public Reading read(String key) {
      return reading(value, () -> true);
    }
  }
}
