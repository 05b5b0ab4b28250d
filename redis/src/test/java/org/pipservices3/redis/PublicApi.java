package org.pipservices3.redis;

import static java.util.stream.Collectors.joining;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes down what users of a type can see: a line for the type, and one for each member. */
final class PublicApi {
  private static final int DETAILS =
      Modifier.SYNCHRONIZED | Modifier.NATIVE | Modifier.STRICT | Modifier.TRANSIENT;

  private final Class<?> type;

  private PublicApi(Class<?> type) {
    this.type = type;
  }

  static List<String> lines(Stream<Class<?>> types) throws ReflectiveOperationException {
    List<String> lines = new ArrayList<>();
    for (Class<?> each : types.toList()) {
      lines.addAll(new PublicApi(each).lines());
    }
    return lines;
  }

  private List<String> lines() throws ReflectiveOperationException {
    Set<String> members = new TreeSet<>();
    Map<String, Method> methods = new HashMap<>();
    for (Class<?> owner = type; isOurs(owner); owner = owner.getSuperclass()) {
      addFields(members, owner);
      Stream.of(owner.getDeclaredMethods())
          .filter(this::isSeen)
          .forEach(each -> methods.putIfAbsent(each.getName() + arguments(each), each));
    }
    methods.values().stream().map(this::text).forEach(members::add);
    Stream.of(type.getDeclaredConstructors())
        .filter(this::isSeen)
        .map(each -> text(each, type.getSimpleName()))
        .forEach(members::add);
    List<String> lines = new ArrayList<>();
    lines.add(declaration());
    members.forEach(each -> lines.add("  " + each));
    return lines;
  }

  private static boolean isOurs(@Nullable Class<?> owner) {
    return owner != null && owner.getName().startsWith(PublicApi.class.getPackageName() + ".");
  }

  private boolean isSeen(Member member) {
    int seen = Modifier.PUBLIC | (Modifier.isFinal(type.getModifiers()) ? 0 : Modifier.PROTECTED);
    return (member.getModifiers() & seen) != 0 && !member.isSynthetic();
  }

  private String declaration() {
    String head = annotations(type) + type.toGenericString();
    String word = type.isInterface() ? "extends" : "implements";
    return shortened(head + above("extends", superclass()) + above(word, interfaces()));
  }

  private Stream<Type> superclass() {
    return Stream.ofNullable(type.getGenericSuperclass()).filter(each -> each != Object.class);
  }

  private Stream<Type> interfaces() {
    return Stream.of(type.getGenericInterfaces());
  }

  private static String above(String word, Stream<Type> types) {
    String names = types.map(Type::getTypeName).collect(joining(", "));
    return names.isEmpty() ? "" : " " + word + " " + names;
  }

  private void addFields(Set<String> members, Class<?> owner) throws ReflectiveOperationException {
    for (Field each : owner.getDeclaredFields()) {
      if (isSeen(each)) {
        String head = annotations(each) + modifiers(each) + each.getAnnotatedType();
        members.add(shortened(head + " " + each.getName() + value(each)));
      }
    }
  }

  /** Of a constant, whose value becomes a part of the users' classes. */
  private static String value(Field field) throws ReflectiveOperationException {
    boolean constant =
        Modifier.isStatic(field.getModifiers()) && Modifier.isFinal(field.getModifiers());
    boolean plain = field.getType().isPrimitive() || field.getType() == String.class;
    return constant && plain && field.trySetAccessible() ? " = " + field.get(null) : "";
  }

  private String text(Method method) {
    return text(method, method.getAnnotatedReturnType() + " " + method.getName());
  }

  private String text(Executable member, String name) {
    String head = annotations(member) + (isDefault(member) ? "default " : "") + modifiers(member);
    return shortened(head + parameters(member) + name + arguments(member) + failures(member));
  }

  private static boolean isDefault(Executable member) {
    return member instanceof Method method && method.isDefault();
  }

  private static String arguments(Executable member) {
    return Stream.of(member.getAnnotatedParameterTypes())
        .map(AnnotatedType::toString)
        .collect(joining(", ", "(", member.isVarArgs() ? ")..." : ")"));
  }

  private static String failures(Executable member) {
    String names =
        Stream.of(member.getGenericExceptionTypes())
            .map(Type::getTypeName)
            .sorted()
            .collect(joining(", "));
    return names.isEmpty() ? "" : " throws " + names;
  }

  private static String parameters(GenericDeclaration member) {
    String names =
        Stream.of(member.getTypeParameters()).map(PublicApi::text).collect(joining(", "));
    return names.isEmpty() ? "" : "<" + names + "> ";
  }

  private static String text(TypeVariable<?> parameter) {
    String bounds =
        Stream.of(parameter.getAnnotatedBounds())
            .map(AnnotatedType::toString)
            .filter(each -> !each.equals("java.lang.Object"))
            .collect(joining(" & "));
    return parameter.getName() + (bounds.isEmpty() ? "" : " extends " + bounds);
  }

  private static String modifiers(Member member) {
    String text = Modifier.toString(member.getModifiers() & ~DETAILS);
    return text.isEmpty() ? "" : text + " ";
  }

  private static String annotations(AnnotatedElement element) {
    return Stream.of(element.getAnnotations())
        .map(Annotation::annotationType)
        .filter(each -> each.getPackage() == Object.class.getPackage())
        .map(each -> "@" + each.getSimpleName() + " ")
        .sorted()
        .collect(joining());
  }

  /** Without the packages that everybody knows. */
  private static String shortened(String text) {
    return text.replaceAll("\\b(java\\.lang|org\\.jspecify\\.annotations)\\.(?=[A-Z@])", "")
        .replaceAll("(@\\w+)\\(\\)", "$1");
  }
}
