package org.pipservices3.redis.internal.json;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.OutputStream;

/**
 * An output stream into memory with a bound, at which an endless iterator ends before the memory
 * does. Belongs to one thread.
 */
final class BoundedBytes extends OutputStream {

  static final class Full extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private final ByteArrayBuilder bytes = new ByteArrayBuilder();
  private final int bound;
  private int size;

  BoundedBytes(int bound) {
    this.bound = bound;
  }

  @Override
  public void write(int value) throws IOException {
    require(1);
    bytes.write(value);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    require(length);
    bytes.write(from, offset, length);
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }

  private void require(int more) throws Full {
    if (more > bound - size) {
      throw new Full();
    }
    size += more;
  }
}
