package java

import (
	_ "embed"
	"strings"
	"sync"

	"rind/code/ir"
	"rind/code/syntax"
)

// jdkText lists the public types of the JDK, one package a line, made by
// build/Types.java. A star marks interfaces with one method to implement.
//
//go:embed jdk.txt
var jdkText string

// jdk maps package to its types; the value tells functional interfaces.
var jdk = sync.OnceValue(func() map[string]map[string]bool {
	m := map[string]map[string]bool{}
	for line := range strings.Lines(jdkText) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		types := make(map[string]bool, len(f))
		for _, t := range f[1:] {
			t, functional := strings.CutPrefix(t, "*")
			types[t] = functional
		}
		m[f[0]] = types
	}
	return m
})

// functional reports whether the type is an interface of the JDK with a
// single method to implement.
func functional(full string) bool {
	full, _, _ = strings.Cut(full, "<")
	at := strings.LastIndexByte(full, '.')
	return at > 0 && jdk()[full[:at]][full[at+1:]]
}

// lambdaRuntime are types of AWS's packages that are often imported with a
// wildcard beside others.
var lambdaRuntime = map[string]bool{
	"Context": true, "RequestHandler": true, "RequestStreamHandler": true, "LambdaLogger": true,
	"CognitoIdentity": true, "ClientContext": true, "LambdaRuntime": true,
}

// resolve finds the full name of a type by its simple name. sure tells that
// an import or a declaration says so; otherwise it is the likeliest.
func (l *lowerer) resolve(name string) (full string, sure bool) {
	for c := l.cls; c != nil; c = c.outer {
		if t := c.nested(name); t != nil {
			return t.name, true
		}
		if c.simple == name {
			return c.name, true
		}
		if full := l.index.inherited(l, c, name); full != "" {
			return full, true
		}
	}
	if full, ok := l.single[name]; ok {
		return full, true
	}
	for _, c := range l.top {
		if c.simple == name {
			return c.name, true
		}
	}
	own := qualify(l.mod.Name, name)
	if l.index.Has(own) {
		return own, true
	}
	for _, w := range l.wild {
		if full := w + "." + name; l.index.Has(full) {
			return full, true
		}
	}
	if _, ok := jdk()["java.lang"][name]; ok {
		return "java.lang." + name, true
	}
	var other []string
	for _, w := range l.wild {
		types, known := jdk()[w]
		if _, ok := types[name]; ok {
			return w + "." + name, true
		}
		if !known {
			other = append(other, w)
		}
	}
	if w := likeliest(other, name); w != "" {
		return w + "." + name, false
	}
	return own, false
}

// likeliest picks the package that a type imported by wildcard comes from,
// out of those whose types are not listed here.
func likeliest(packages []string, name string) string {
	if len(packages) == 0 {
		return ""
	}
	for _, p := range packages {
		switch {
		case p == "lombok" || strings.HasPrefix(p, "lombok."):
			if lombokNames[name] {
				return p
			}
			continue
		case p == "com.amazonaws.services.lambda.runtime":
			if lambdaRuntime[name] {
				return p
			}
			continue
		case p == "com.amazonaws.services.lambda.runtime.events":
			if strings.HasSuffix(name, "Event") || strings.HasSuffix(name, "ProxyResponseEvent") || strings.HasSuffix(name, "HTTPResponse") {
				return p
			}
			continue
		case strings.HasSuffix(p, ".model"):
			if !strings.HasSuffix(name, "Client") && !strings.HasSuffix(name, "Builder") && !strings.HasPrefix(name, "Amazon") {
				return p
			}
			continue
		case strings.HasPrefix(p, "software.amazon.awssdk.services."), strings.HasPrefix(p, "com.amazonaws.services."):
			switch {
			case strings.HasSuffix(name, "Client") || strings.HasPrefix(name, "Amazon") || strings.HasPrefix(name, "AWS"),
				strings.HasSuffix(p, ".document"), strings.HasSuffix(p, ".datamodeling"), strings.HasSuffix(p, ".transfer"):
				return p
			}
			continue
		case known[p] != nil:
			if known[p][name] {
				return p
			}
			continue
		}
		return p
	}
	return ""
}

// known lists the types of packages that are often imported with a wildcard
// beside others.
var known = map[string]map[string]bool{
	"org.springframework.web.bind.annotation": names("RestController RequestMapping GetMapping PostMapping PutMapping DeleteMapping PatchMapping RequestParam PathVariable RequestBody RequestHeader CookieValue ModelAttribute ResponseBody ResponseStatus ExceptionHandler RestControllerAdvice ControllerAdvice CrossOrigin RequestMethod MatrixVariable RequestPart InitBinder SessionAttribute RequestAttribute"),
	"javax.ws.rs":                  jaxrs,
	"jakarta.ws.rs":                jaxrs,
	"javax.ws.rs.core":             jaxrsCore,
	"jakarta.ws.rs.core":           jaxrsCore,
	"io.micronaut.http.annotation": names("Controller Get Post Put Delete Patch Head Options Body Header Headers QueryValue PathVariable CookieValue Part Produces Consumes RequestBean Status Error Filter"),
	"jakarta.persistence":          jpa,
	"javax.persistence":            jpa,
	"javax.servlet.http":           servlet,
	"jakarta.servlet.http":         servlet,
	"org.slf4j":                    names("Logger LoggerFactory MDC Marker MarkerFactory"),
}

var (
	jaxrs     = names("GET POST PUT DELETE PATCH HEAD OPTIONS Path PathParam QueryParam FormParam HeaderParam CookieParam MatrixParam BeanParam DefaultValue Produces Consumes ApplicationPath Encoded HttpMethod WebApplicationException NotFoundException BadRequestException")
	jaxrsCore = names("Response MediaType Context UriInfo HttpHeaders SecurityContext Application Cookie NewCookie UriBuilder Request GenericEntity MultivaluedMap Form Link StreamingOutput")
	jpa       = names("Entity EntityManager EntityManagerFactory Persistence PersistenceContext Id Column Table GeneratedValue GenerationType OneToMany ManyToOne ManyToMany OneToOne JoinColumn Query TypedQuery NamedQuery Embeddable Embedded EmbeddedId Enumerated EnumType Transient Version CascadeType FetchType NoResultException")
	servlet   = names("HttpServlet HttpServletRequest HttpServletResponse HttpSession Cookie Part HttpServletRequestWrapper HttpServletResponseWrapper HttpFilter")
)

func names(list string) map[string]bool {
	m := map[string]bool{}
	for n := range strings.FieldsSeq(list) {
		m[n] = true
	}
	return m
}

// lombokNames are the annotations of Lombok.
var lombokNames = map[string]bool{
	"Data": true, "Value": true, "Getter": true, "Setter": true, "Builder": true, "NonNull": true, "With": true,
	"AllArgsConstructor": true, "RequiredArgsConstructor": true, "NoArgsConstructor": true, "ToString": true,
	"EqualsAndHashCode": true, "SneakyThrows": true, "Cleanup": true, "Synchronized": true, "SuperBuilder": true,
	"Accessors": true, "UtilityClass": true, "Slf4j": true, "Log4j2": true, "Log4j": true, "Log": true, "CommonsLog": true,
	"Singular": true, "CustomLog": true, "FieldDefaults": true,
}

func qualify(pkg, name string) string {
	if pkg == "" {
		return name
	}
	return pkg + "." + name
}

// typeName is the full name of a written type with its type arguments; "" for
// var, for type variables without a bound and for what is no type.
func (l *lowerer) typeName(n syntax.Node) string {
	switch n.Kind() {
	case "void_type", "integral_type", "floating_point_type", "boolean_type":
		return n.Text()
	case "type_identifier", "identifier":
		name := n.Text()
		if name == "var" {
			return ""
		}
		if bound, ok := l.typeVariable(name); ok {
			return bound
		}
		full, _ := l.resolve(name)
		return full
	case "scoped_type_identifier", "scoped_identifier":
		return l.scopedType(dotted(n))
	case "generic_type":
		base := l.typeName(n.At(0))
		var args []string
		for a := range n.First("type_arguments").Children() {
			t := l.typeName(a)
			if t == "" {
				t = object
			}
			args = append(args, t)
		}
		if len(args) == 0 {
			return base
		}
		return base + "<" + strings.Join(args, ",") + ">"
	case "array_type":
		t := l.typeName(n.Get("element"))
		if t == "" {
			t = object
		}
		return t + strings.Repeat("[]", strings.Count(n.Get("dimensions").Text(), "["))
	case "annotated_type":
		for c := range n.Children() {
			if k := c.Kind(); k != "annotation" && k != "marker_annotation" {
				return l.typeName(c)
			}
		}
	case "wildcard":
		for c := range n.Children() {
			if k := c.Kind(); k != "annotation" && k != "marker_annotation" && k != "super" {
				return l.typeName(c)
			}
		}
	}
	return ""
}

const object = "java.lang.Object"

// typeVariable tells whether the name is a type variable here, and its bound.
func (l *lowerer) typeVariable(name string) (bound string, ok bool) {
	for s := l.scope; s != nil; s = s.parent {
		if b, ok := s.typeParams[name]; ok {
			return b, true
		}
	}
	for c := l.cls; c != nil; c = c.outer {
		if b, ok := c.typeParams[name]; ok {
			return b, true
		}
	}
	return "", false
}

// typeParams reads <T, U extends Foo>.
func (l *lowerer) typeParams(n syntax.Node) map[string]string {
	if !n.OK() {
		return nil
	}
	m := map[string]string{}
	for p := range n.Children() {
		if p.Kind() != "type_parameter" {
			continue
		}
		if id := p.First("type_identifier"); id.OK() {
			m[id.Text()] = ""
		}
	}
	for p := range n.Children() {
		if id, b := p.First("type_identifier"), p.First("type_bound"); id.OK() && b.OK() {
			if t := l.typeName(b.At(0)); !strings.HasPrefix(t, "java.lang.Comparable") {
				m[id.Text()] = t
			}
		}
	}
	return m
}

// scopedType is the full name for a.b.C.D or C.D.
func (l *lowerer) scopedType(name string) string {
	head, rest, ok := strings.Cut(name, ".")
	if !ok || !isUpper(head) {
		return name
	}
	full, _ := l.resolve(head)
	return full + "." + rest
}

// typeExpr is the class of the full name as a value.
func (l *lowerer) typeExpr(p ir.Pos, full string) ir.Expr {
	full, _, _ = strings.Cut(full, "<")
	if c := l.classes[full]; c != nil {
		return c.expr(l, p)
	}
	return l.importOf(p, full)
}

// typed marks a value with its declared type, where that tells something.
func typed(x ir.Expr, typ string) ir.Expr {
	if x == nil || typ == "" || typ == object || typ == "void" {
		return x
	}
	switch x := x.(type) {
	case *ir.Const, *ir.Lambda:
		return x
	case *ir.Typed:
		if x.Type == typ {
			return x
		}
	}
	return &ir.Typed{Pos: x.At(), X: x, Type: typ}
}

// tags are the full names of the annotations among modifiers. What kind of
// text a route yields is a tag of its own: "produces=MediaType.TEXT_HTML".
func (l *lowerer) tags(mods syntax.Node) []string {
	var out []string
	for a := range mods.Children() {
		if k := a.Kind(); k == "marker_annotation" || k == "annotation" {
			name := dotted(a.Get("name"))
			out = append(out, l.scopedOrResolved(name))
			if text := produces(name, a.Get("arguments")); text != "" {
				out = append(out, "produces="+text)
			}
		}
	}
	return out
}

// produces is the value of an annotation that names a media type, or "".
func produces(name string, args syntax.Node) string {
	if strings.HasSuffix(name, "Produces") {
		return args.At(0).Text()
	}
	for pair := range args.Children() {
		if pair.Kind() == "element_value_pair" && pair.Get("key").Text() == "produces" {
			return pair.Get("value").Text()
		}
	}
	return ""
}

func (l *lowerer) scopedOrResolved(name string) string {
	if strings.Contains(name, ".") {
		return l.scopedType(name)
	}
	full, _ := l.resolve(name)
	return full
}

// modifiers is the node of a declaration's modifiers.
func modifiers(n syntax.Node) syntax.Node { return n.First("modifiers") }

func hasModifier(n syntax.Node, word string) bool { return modifiers(n).First(word).OK() }
