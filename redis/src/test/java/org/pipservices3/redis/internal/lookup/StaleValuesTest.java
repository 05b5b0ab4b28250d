package org.pipservices3.redis.internal.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a value beyond its end may be served. */
class StaleValuesTest {
  private static final String KEY = "key";
  private static final byte[] JSON = {'1'};
  private static final long END = TimeUnit.SECONDS.toNanos(100);
  private static final long STALE = 5_000;

  private long now;
  private boolean live = true;
  private final StaleValues values = new StaleValues(10, 1_000, () -> now);

  @BeforeEach
  void keep() {
    values.enable();
    values.keep(KEY, JSON, END, at -> live);
  }

  @Test
  void get_beforeDuringAndAfterTheTime_isThereDuringItOnly() {
    now = END - 1;
    assertThat(values.get(KEY, STALE)).as("missing before its end: it was removed").isNull();
    now = END;
    assertThat(values.get(KEY, STALE)).isEqualTo(JSON);
    assertThat(values.get(KEY, 0)).isNull();
    now = END + TimeUnit.MILLISECONDS.toNanos(STALE) - 1;
    assertThat(values.get(KEY, STALE)).isEqualTo(JSON);
    now++;
    assertThat(values.get(KEY, STALE)).isNull();
  }

  @Test
  void changed_beforeTheEnd_isAWrite_afterIt_theExpiry() {
    now = END;
    values.changed(KEY);
    assertThat(values.get(KEY, STALE)).isEqualTo(JSON);
    values.keep(KEY, JSON, END, at -> live);
    now = END - 1;
    values.changed(KEY);
    now = END;
    assertThat(values.get(KEY, STALE)).isNull();
  }

  @Test
  void drop_orLostTracking_endsIt() {
    now = END;
    live = false;
    assertThat(values.get(KEY, STALE)).isNull();
    live = true;
    values.drop(KEY);
    assertThat(values.get(KEY, STALE)).isNull();
    values.keep(KEY, JSON, END, at -> live);
    values.clear();
    assertThat(values.get(KEY, STALE)).isNull();
  }

  @Test
  void rest_afterAFailure_isBrief() {
    now = END;
    assertThat(values.isResting(KEY)).isFalse();
    values.rest(KEY);
    assertThat(values.isResting(KEY)).isTrue();
    now += TimeUnit.SECONDS.toNanos(3);
    assertThat(values.isResting(KEY)).isFalse();
    assertThat(values.get(KEY, STALE)).isEqualTo(JSON);
    values.rest("other");
    assertThat(values.isResting("other")).isFalse();
  }

  @Test
  void keep_nobodyAsks_holdsNothing() {
    StaleValues unused = new StaleValues(10, 1_000, () -> now);
    unused.keep(KEY, JSON, END, at -> live);
    unused.enable();
    now = END;
    assertThat(unused.get(KEY, STALE)).isNull();
  }

  @Test
  void keep_many_isBounded() {
    now = END;
    for (int i = 0; i < 1_000; i++) {
      values.keep("many" + i, JSON, END, at -> live);
    }
    int held = 0;
    for (int i = 0; i < 1_000; i++) {
      held += values.get("many" + i, STALE) == null ? 0 : 1;
    }
    assertThat(held).isBetween(1, 10);
  }
}
