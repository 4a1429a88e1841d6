// Prints the public types of the JDK it runs on, one package a line, with a
// star before interfaces that have one method to implement: the content of
// jdk.txt. Packages for desktop programs, tools and the JVM itself are left
// out. Run: java build/Types.java > jdk.txt
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

public class Types {
  static final String WANTED = "(java|javax|org[.]w3c[.]dom|org[.]xml)[.].*";
  static final String UNWANTED = "(java.awt|javax.swing|java.beans.beancontext|javax.print|javax.sound|javax.accessibility"
      + "|java.applet|javax.management|java.lang.instrument|java.lang.classfile|java.lang.constant|javax.rmi|java.rmi"
      + "|javax.tools|javax.lang|javax.annotation.processing|javax.smartcardio|javax.imageio"
      + "|org.w3c.dom.(html|css|events|ls|stylesheets|ranges|traversal|views|xpath|bootstrap)).*";

  public static void main(String[] args) throws Exception {
    TreeMap<String, TreeSet<String>> packages = new TreeMap<>();
    FileSystem fs = FileSystems.getFileSystem(URI.create("jrt:/"));
    List<Path> files;
    try (var walk = Files.walk(fs.getPath("/modules"))) {
      files = walk.toList();
    }
    for (Path p : files) {
      String s = p.toString();
      if (!s.endsWith(".class") || s.contains("$") || s.endsWith("-info.class")) continue;
      String name = s.substring(s.indexOf('/', 9) + 1, s.length() - 6).replace('/', '.');
      if (!name.matches(WANTED) || name.matches(UNWANTED)) continue;
      Class<?> c;
      try {
        c = Class.forName(name, false, ClassLoader.getSystemClassLoader());
        if (Modifier.isPublic(c.getModifiers())) {
          packages.computeIfAbsent(c.getPackageName(), k -> new TreeSet<>()).add(star(c) + c.getSimpleName());
        }
      } catch (LinkageError | ClassNotFoundException e) {
        continue;
      }
    }
    packages.forEach((name, types) -> System.out.println(name + " " + String.join(" ", types)));
  }

  static String star(Class<?> c) {
    if (!c.isInterface() || c.isAnnotation()) return "";
    Set<String> open = new HashSet<>();
    for (Method m : c.getMethods()) {
      if (!Modifier.isAbstract(m.getModifiers())) continue;
      try {
        Object.class.getMethod(m.getName(), m.getParameterTypes());
      } catch (NoSuchMethodException e) {
        open.add(m.getName());
      }
    }
    return open.size() == 1 ? "*" : "";
  }
}
