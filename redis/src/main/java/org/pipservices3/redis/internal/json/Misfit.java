package org.pipservices3.redis.internal.json;

import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.errors.Errors;

/**
 * Where in a JSON text Jackson found what does not fit a type, and what kind of thing it is: such
 * as {@code at items[0].price: a string, not a number}.
 *
 * <p>It has names of properties and of types, and no value. A key of a map, or one that an
 * any-setter takes, is data, too: it is shown as {@code [*]}.
 *
 * @param kind what the whole text is
 * @param path empty for the whole text
 * @param problem empty if there is nothing to say but that it does not convert
 */
record Misfit(String kind, String path, String problem) {

  static Misfit of(ObjectMapper mapper, String json, Throwable failure) {
    JsonMappingException mapping = mappingOf(failure);
    if (mapping == null) {
      return new Misfit(kindOf(json), "", "");
    }
    return new Misfit(
        kindOf(json),
        path(mapper, mapping.getPath()),
        problem(find(mapper, json, mapping), mapping));
  }

  /** The path and the problem as a part of a sentence; empty if neither is known. */
  String text() {
    String at = path.isEmpty() ? "" : " at " + path;
    return problem.isEmpty() ? at : at + ": " + problem;
  }

  private static String kindOf(String json) {
    return switch (PlainJson.first(json)) {
      case '{' -> "a JSON object";
      case '[' -> "a JSON array";
      case '"' -> "a JSON string";
      case 't', 'f' -> "a JSON boolean";
      default -> "a JSON number";
    };
  }

  private static @Nullable JsonMappingException mappingOf(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof JsonMappingException mapping) {
        return mapping;
      }
    }
    return null;
  }

  private static String path(ObjectMapper mapper, List<Reference> references) {
    StringBuilder path = new StringBuilder();
    for (Reference each : references) {
      String name = each.getFieldName();
      if (name == null) {
        path.append('[').append(each.getIndex() < 0 ? "*" : each.getIndex()).append(']');
      } else if (isProperty(mapper, each.getFrom(), name)) {
        path.append(path.isEmpty() ? "" : ".").append(Errors.shown(name));
      } else {
        path.append("[*]");
      }
    }
    return path.toString();
  }

  /** Whether a name is one of the type's own, and not a key of a map or for an any-setter. */
  private static boolean isProperty(ObjectMapper mapper, @Nullable Object from, String name) {
    if (from == null || from instanceof Map) {
      return false;
    }
    JavaType type = mapper.constructType(from instanceof Class<?> known ? known : from.getClass());
    return !type.isMapLikeType()
        && mapper.getDeserializationConfig().introspect(type).findProperties().stream()
            .anyMatch(property -> property.getName().equals(name));
  }

  /** What stands there; null if that is not to be found. */
  private static @Nullable JsonNode find(
      ObjectMapper mapper, String json, JsonMappingException failure) {
    try {
      JsonNode node = mapper.readTree(json);
      for (Reference each : failure.getPath()) {
        node =
            each.getFieldName() == null ? node.get(each.getIndex()) : node.get(each.getFieldName());
        if (node == null) {
          return null;
        }
      }
      return node;
    } catch (IOException e) {
      return null;
    }
  }

  private static String problem(@Nullable JsonNode found, JsonMappingException failure) {
    String kind = found == null ? "a value" : kind(found);
    if (failure instanceof ValueInstantiationException refused && refused.getCause() != null) {
      return kind
          + ", refused by "
          + refused.getType().getRawClass().getTypeName()
          + " ("
          + refused.getCause().getClass().getTypeName()
          + ")";
    }
    if (failure instanceof InvalidDefinitionException undefined && undefined.getType() != null) {
      return kind
          + ", and Jackson cannot create "
          + undefined.getType().getRawClass().getTypeName();
    }
    Class<?> wanted = failure instanceof MismatchedInputException e ? e.getTargetType() : null;
    if (wanted == null && failure.getCause() instanceof InputCoercionException e) {
      wanted = e.getTargetType();
    }
    if (wanted == null) {
      return kind;
    }
    String expected = kind(wanted);
    return kind.equals(expected)
        ? kind + " that is no " + wanted.getTypeName()
        : kind + ", not " + expected;
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case NUMBER -> "a number";
      case STRING -> "a string";
      case BOOLEAN -> "a boolean";
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      default -> "null";
    };
  }

  /** What JSON has for a type. */
  private static String kind(Class<?> type) {
    if (type == boolean.class || type == Boolean.class) {
      return "a boolean";
    }
    if (Number.class.isAssignableFrom(type) || (type.isPrimitive() && type != char.class)) {
      return "a number";
    }
    if (CharSequence.class.isAssignableFrom(type) || type.isEnum()) {
      return "a string";
    }
    if (type.isArray() || Collection.class.isAssignableFrom(type)) {
      return "an array";
    }
    boolean ofTheJdk = type.getName().startsWith("java.");
    return Map.class.isAssignableFrom(type) || !ofTheJdk ? "an object" : "a string";
  }
}
