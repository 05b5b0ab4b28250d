package org.pipservices3.redis.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Bytes up to a bound. */
class BoundedBytesTest {
  private final BoundedBytes bytes = new BoundedBytes(5);

  @Test
  void write_upToTheBound_isTakenAndOneMoreIsNot() throws IOException {
    bytes.write(new byte[] {9, 1, 2, 3, 4, 9}, 1, 4);
    bytes.write(5);
    assertThat(bytes.toByteArray()).containsExactly(1, 2, 3, 4, 5);
    assertThatThrownBy(() -> bytes.write(6)).isInstanceOf(BoundedBytes.Full.class);
    assertThatThrownBy(() -> bytes.write(new byte[1])).isInstanceOf(BoundedBytes.Full.class);
    assertThat(bytes.toByteArray()).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void write_moreThanThereIsRoomFor_isNotTakenInPart() throws IOException {
    bytes.write(1);
    assertThatThrownBy(() -> bytes.write(new byte[5])).isInstanceOf(BoundedBytes.Full.class);
    bytes.write(new byte[4]);
    assertThat(bytes.toByteArray()).hasSize(5);
  }
}
