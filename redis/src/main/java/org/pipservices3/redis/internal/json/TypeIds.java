package org.pipservices3.redis.internal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.ser.ResolvableSerializer;
import java.io.IOException;

/**
 * Writes the type id of a class that has {@code @JsonTypeInfo} wherever a value of it stands.
 *
 * <p>Jackson writes it only where the declared type has that annotation. A list that is stored has
 * no declared type for its elements, since Java erases it: so their ids were left out, and the list
 * could not be read as what it was.
 */
final class TypeIds extends SimpleModule {
  private static final long serialVersionUID = 1L;

  TypeIds() {
    super("TypeIds");
    setSerializerModifier(new Modifier());
  }

  private static final class Modifier extends BeanSerializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public JsonSerializer<?> modifySerializer(
        SerializationConfig config, BeanDescription bean, JsonSerializer<?> serializer) {
      boolean named =
          config
                  .getAnnotationIntrospector()
                  .findTypeResolver(config, bean.getClassInfo(), bean.getType())
              != null;
      return named ? new WithId(serializer) : serializer;
    }
  }

  /** Adds the id where Jackson asks for none, and does as the other serializer elsewhere. */
  private static final class WithId extends JsonSerializer<Object>
      implements ContextualSerializer, ResolvableSerializer {
    private final JsonSerializer<Object> serializer;

    @SuppressWarnings("unchecked") // Jackson passes only values of the serializer's type
    WithId(JsonSerializer<?> serializer) {
      this.serializer = (JsonSerializer<Object>) serializer;
    }

    @Override
    public void serialize(Object value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      TypeSerializer ids = provider.findTypeSerializer(provider.constructType(value.getClass()));
      if (ids == null) {
        serializer.serialize(value, json, provider);
      } else {
        serializer.serializeWithType(value, json, provider, ids);
      }
    }

    @Override
    public void serializeWithType(
        Object value, JsonGenerator json, SerializerProvider provider, TypeSerializer ids)
        throws IOException {
      serializer.serializeWithType(value, json, provider, ids);
    }

    @Override
    public void resolve(SerializerProvider provider) throws JsonMappingException {
      if (serializer instanceof ResolvableSerializer resolvable) {
        resolvable.resolve(provider);
      }
    }

    @Override
    public JsonSerializer<?> createContextual(SerializerProvider provider, BeanProperty property)
        throws JsonMappingException {
      JsonSerializer<?> contextual =
          provider.handleSecondaryContextualization(serializer, property);
      return contextual == serializer ? this : new WithId(contextual);
    }
  }
}
