// Prints for classes of the JDK which of their methods yield which type, if
// all methods of the name yield one: the content of
// code/model/data/java/results.txt. Run: java build/Results.java > results.txt
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

public class Results {
  static final String CLASSES = "(java.sql|javax.sql|javax.naming|javax.naming.directory|javax.naming.ldap"
      + "|javax.xml.(xpath|parsers|stream|transform|validation|transform.stream)|java.net|java.net.http"
      + "|java.util.(zip|jar|regex|logging)|java.io|java.nio.file|java.nio.channels|javax.script|javax.crypto"
      + "|java.security|javax.net.ssl|javax.net|org.w3c.dom|org.xml.sax|java.lang|java.util.concurrent)"
      + "[.][A-Z][A-Za-z0-9]*([$][A-Z][A-Za-z]*)?";

  public static void main(String[] args) throws Exception {
    List<Path> files;
    try (var walk = Files.walk(FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules"))) {
      files = walk.toList();
    }
    TreeMap<String, TreeMap<String, TreeSet<String>>> out = new TreeMap<>();
    for (Path p : files) {
      String s = p.toString();
      if (!s.endsWith(".class") || s.endsWith("-info.class")) continue;
      String name = s.substring(s.indexOf('/', 9) + 1, s.length() - 6).replace('/', '.');
      if (!name.matches(CLASSES)) continue;
      try {
        add(Class.forName(name, false, ClassLoader.getSystemClassLoader()), name.replace('$', '.'), out);
      } catch (LinkageError | ClassNotFoundException e) {
        continue;
      }
    }
    out.forEach((name, types) -> {
      StringBuilder line = new StringBuilder(name);
      types.forEach((t, methods) -> line.append(' ').append(t).append('=').append(String.join(",", methods)));
      System.out.println(line);
    });
  }

  static void add(Class<?> c, String name, Map<String, TreeMap<String, TreeSet<String>>> out) {
    if (!Modifier.isPublic(c.getModifiers()) || Throwable.class.isAssignableFrom(c)) return;
    Map<String, Set<Class<?>>> methods = new TreeMap<>();
    for (Method m : c.getMethods()) {
      if (m.getDeclaringClass() == Object.class || m.isBridge()) continue;
      methods.computeIfAbsent(m.getName(), k -> new java.util.HashSet<>()).add(m.getReturnType());
    }
    methods.forEach((method, types) -> {
      if (types.size() != 1) return;
      Class<?> t = types.iterator().next();
      String type = t.getName();
      if (t.isArray() || t.isPrimitive() || type.startsWith("java.time")) return;
      if (type.startsWith("java.lang.") && !type.matches("java.lang.(Process|ProcessBuilder|Runtime|Thread|ClassLoader|Class)")) return;
      if (type.startsWith("java.util.") && !type.matches("java.util.(zip|jar|regex|logging).*")) return;
      out.computeIfAbsent(name, k -> new TreeMap<>()).computeIfAbsent(type.replace('$', '.'), k -> new TreeSet<>()).add(method);
    });
  }
}
