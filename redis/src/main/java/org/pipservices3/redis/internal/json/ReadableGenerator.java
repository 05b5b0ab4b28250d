package org.pipservices3.redis.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.UTF8JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;

/**
 * Jackson's generator, which refuses what no parser would read.
 *
 * <p>Jackson writes two kinds of values unchecked: raw JSON ({@code @JsonRawValue}), which may be
 * broken or nest too deep, and a {@link BigDecimal}, whose exponent may be beyond what its own
 * constructor takes. Belongs to one thread.
 */
final class ReadableGenerator extends UTF8JsonGenerator {

  /** There is something that would be written but could not be read. */
  static final class Unreadable extends IOException {
    private static final long serialVersionUID = 1L;

    private final String why;

    Unreadable(String why) {
      super(why);
      this.why = why;
    }

    /** What it is and what to do, without the value. */
    String why() {
      return why;
    }
  }

  /** Makes such generators for UTF-8, which is all that is written. */
  static final class Factory extends JsonFactory {
    private static final long serialVersionUID = 1L;

    Factory(JsonFactoryBuilder settings) {
      super(settings);
    }

    @Override
    protected JsonGenerator _createUTF8Generator(OutputStream out, IOContext context) {
      return new ReadableGenerator(this, context, out);
    }
  }

  private final Factory factory;

  private ReadableGenerator(Factory factory, IOContext context, OutputStream out) {
    super(
        context,
        factory.getGeneratorFeatures(),
        factory.getCodec(),
        out,
        JsonFactory.DEFAULT_QUOTE_CHAR);
    this.factory = factory;
  }

  @Override
  public void writeNumber(BigDecimal number) throws IOException {
    if (number != null && number.precision() - 1L - number.scale() > Integer.MAX_VALUE) {
      throw new Unreadable(
          "a BigDecimal in it has a larger exponent than can be read back: store a smaller one");
    }
    super.writeNumber(number);
  }

  @Override
  public void writeRawValue(String json) throws IOException {
    requireValue(json);
    super.writeRawValue(json);
  }

  @Override
  public void writeRawValue(String text, int offset, int length) throws IOException {
    writeRawValue(text.substring(offset, offset + length));
  }

  @Override
  public void writeRawValue(char[] text, int offset, int length) throws IOException {
    writeRawValue(new String(text, offset, length));
  }

  @Override
  public void writeRawValue(SerializableString json) throws IOException {
    requireValue(json.getValue());
    super.writeRawValue(json);
  }

  /** Refuses what is not one JSON value, or nests too deep at its place. */
  private void requireValue(String json) throws IOException {
    int levels = 0;
    int values = 0;
    try (JsonParser parser = factory.createParser(json)) {
      while (parser.nextToken() != null) {
        parser.getText();
        int level = parser.getParsingContext().getNestingDepth();
        levels = Math.max(levels, level);
        values += level == 0 ? 1 : 0;
      }
    } catch (StreamConstraintsException e) {
      throw e;
    } catch (JsonProcessingException e) {
      values = 0;
    }
    if (values != 1) {
      throw new Unreadable(
          "raw JSON in it (@JsonRawValue) is not one JSON value: see what puts it together");
    }
    streamWriteConstraints().validateNestingDepth(getOutputContext().getNestingDepth() + levels);
  }
}
