package flow

import (
	"strings"

	"rind/code/ir"
	"rind/event"
	"rind/rind"
)

// newLists, newMaps are classes of the JDK whose instances are lists, sets
// and maps.
var (
	newLists = set("java.util.ArrayList", "java.util.LinkedList", "java.util.Vector", "java.util.Stack", "java.util.ArrayDeque", "java.util.HashSet", "java.util.LinkedHashSet", "java.util.TreeSet",
		"java.util.PriorityQueue", "java.util.concurrent.CopyOnWriteArrayList", "java.util.concurrent.ConcurrentLinkedQueue", "java.util.concurrent.LinkedBlockingQueue", "java.util.concurrent.CopyOnWriteArraySet")
	newMaps = set("java.util.HashMap", "java.util.LinkedHashMap", "java.util.TreeMap", "java.util.Hashtable", "java.util.concurrent.ConcurrentHashMap", "java.util.IdentityHashMap", "java.util.WeakHashMap",
		"java.util.EnumMap", "java.util.Properties", "java.util.concurrent.ConcurrentSkipListMap", "org.springframework.util.LinkedMultiValueMap")
	listFactories = set("java.util.List.of", "java.util.Arrays.asList", "java.util.Set.of", "java.util.stream.Stream.of", "java.util.Collections.singletonList", "java.util.Collections.singleton", "java.util.Optional.of",
		"java.util.Optional.ofNullable", "java.util.Optional.empty", "java.util.Collections.emptyList", "java.util.Collections.emptySet", "com.google.common.collect.ImmutableList.of", "com.google.common.collect.ImmutableSet.of",
		"com.google.common.collect.Lists.newArrayList", "java.util.EnumSet.of", "java.util.stream.Stream.empty", "java.util.stream.IntStream.of", "java.util.Collections.emptyIterator")
	mapFactories = set("java.util.Map.of", "com.google.common.collect.ImmutableMap.of", "java.util.Collections.singletonMap", "java.util.Collections.emptyMap", "com.google.common.collect.Maps.newHashMap")
	sameAs       = set("java.util.List.copyOf", "java.util.Set.copyOf", "java.util.Map.copyOf", "java.util.Collections.unmodifiableList", "java.util.Collections.unmodifiableMap", "java.util.Collections.unmodifiableSet",
		"java.util.Collections.unmodifiableCollection", "java.util.Collections.synchronizedList", "java.util.Collections.synchronizedMap", "java.util.Arrays.stream", "java.util.Arrays.copyOf", "java.util.stream.StreamSupport.stream",
		"java.util.Objects.requireNonNull", "java.util.Arrays.copyOfRange", "com.google.common.collect.ImmutableList.copyOf", "com.google.common.collect.ImmutableMap.copyOf", "java.util.concurrent.CompletableFuture.completedFuture",
		"reactor.core.publisher.Mono.just", "reactor.core.publisher.Flux.just", "reactor.core.publisher.Flux.fromIterable", "java.util.Optional.get")
)

// javaBuiltin knows calls of the JDK that need more than a model.
func (e *engine) javaBuiltin(c *Call) (*Value, bool) {
	name := c.Name
	if class, ok := strings.CutSuffix(name, ".new"); ok {
		return e.javaNew(class, c)
	}
	if i := strings.LastIndexByte(name, '.'); strings.HasSuffix(name[:max(i, 0)], ".StringUtils") && len(c.args) == 3 && (name[i+1:] == "replace" || name[i+1:] == "replaceAll") {
		d := *c
		d.Name, d.recv, d.args = "java.lang.String."+name[i+1:], c.args[0].value, c.args[1:]
		return e.builtin(&d)
	}
	switch {
	case listFactories[name]:
		if name == "java.util.Arrays.asList" && len(c.args) == 1 && e.isArray(c.args[0].value) {
			return c.args[0].value, true
		}
		var vs []*Value
		for _, a := range c.args {
			if a.spread {
				return e.listOf(c.fr, c.pos, e.elements(a.value)), true
			}
			vs = append(vs, a.value)
		}
		if strings.HasSuffix(name, ".ofNullable") && len(vs) == 1 && vs[0] == null {
			vs = nil
		}
		return e.list(c.fr, c.pos, vs...), true
	case mapFactories[name]:
		id, m := e.newObject(isDict, "java.util.Map", c.fr, c.pos)
		for i := 0; i+1 < len(c.args); i += 2 {
			e.setIndexOf(id, c.args[i].value, c.args[i+1].value, false)
		}
		return m, true
	case sameAs[name] && len(c.args) > 0:
		return c.args[0].value, true
	}
	switch name {
	case "java.util.Map.entry", "java.util.AbstractMap.SimpleEntry.new":
		if len(c.args) == 2 {
			p := e.list(c.fr, c.pos, c.args[0].value, c.args[1].value)
			e.setField(p.objs[0], "key", c.args[0].value, false)
			e.setField(p.objs[0], "value", c.args[1].value, false)
			return p, true
		}
	case "java.util.Map.ofEntries":
		id, m := e.newObject(isDict, "java.util.Map", c.fr, c.pos)
		for _, a := range c.args {
			for _, p := range a.value.objs {
				if k, v := e.field(p, "key"), e.field(p, "value"); k != nil && v != nil {
					e.setIndexOf(id, k, v, len(a.value.objs) > 1)
				}
			}
		}
		return m, true
	case "java.lang.System.getenv":
		if len(c.args) == 0 {
			return outside("java.lang.System.getenv()"), true
		}
		return e.javaSetting(c.args[0].value), true
	case "java.lang.System.getenv().get":
		if len(c.args) > 0 {
			return e.javaSetting(c.args[0].value), true
		}
	case "java.lang.System.getenv().getOrDefault":
		if len(c.args) > 1 {
			return join(e.javaSetting(c.args[0].value), c.args[1].value), true
		}
	case "java.lang.String.format", "java.text.MessageFormat.format":
		return e.javaFormat(c, nil), true
	case "java.lang.String.formatted":
		return e.javaFormat(c, c.recv), true
	case "java.lang.String.join":
		return e.javaJoin(c)
	case "java.util.Objects.equals", "org.apache.commons.lang3.StringUtils.equals", "org.apache.commons.lang3.StringUtils.equalsIgnoreCase":
		if len(c.args) == 2 {
			return e.compareEquals(c.args[0].value, c.args[1].value), true
		}
	case "java.util.stream.Collectors.joining", "java.util.stream.Collectors.toMap", "java.util.stream.Collectors.groupingBy", "java.util.stream.Collectors.mapping":
		v := e.outsideObject(name+"()", c.fr, c.pos)
		for i, a := range c.args {
			e.setProp(v.objs[0], index(i), a.value)
		}
		return v, true
	case "java.util.concurrent.CompletableFuture.supplyAsync", "java.util.concurrent.CompletableFuture.runAsync", "reactor.core.publisher.Mono.fromCallable", "reactor.core.publisher.Mono.fromSupplier":
		if len(c.args) > 0 && len(c.args[0].value.funcs) > 0 {
			return e.call(c.args[0].value, none, nil, c.fr, c.pos, false), true
		}
	case "java.util.concurrent.ExecutorService.submit", "java.util.concurrent.ExecutorService.execute", "java.util.concurrent.Executor.execute", "java.lang.Thread.new":
		if len(c.args) > 0 && len(c.args[0].value.funcs) > 0 {
			v := e.branch(c.fr, func() *Value { return e.call(c.args[0].value, none, nil, c.fr, c.pos, false) })
			return e.list(c.fr, c.pos, v), true
		}
	case "software.amazon.lambda.powertools.utilities.EventDeserializer.extractDataFrom":
		if len(c.args) == 1 {
			return e.extracted(c.args[0].value, c), true
		}
	case "java.util.regex.Pattern.matcher":
		if len(c.args) == 1 {
			v := e.outsideObject("java.util.regex.Matcher", c.fr, c.pos)
			e.setProp(v.objs[0], "0", c.args[0].value)
			e.setProp(v.objs[0], "pattern", c.recv)
			return v.withTaints(through(c.args[0].value.taints, 0, nil)), true
		}
	case "java.util.StringJoiner.add":
		return e.bean(c, elem)
	}
	return nil, false
}

// extracted is what Powertools takes out of an event: the body of a request or
// of messages, decoded.
// https://docs.powertools.aws.dev/lambda/java/latest/utilities/serialization/
func (e *engine) extracted(v *Value, c *Call) *Value {
	for _, k := range e.event.kinds {
		switch k := event.Base(k); {
		case k.HTTP():
			v = e.member(v, "body", c.fr, c.pos)
		case k == rind.SQS:
			v = e.member(e.elements(e.member(v, "records", c.fr, c.pos)), "body", c.fr, c.pos)
		case k == rind.SNS:
			v = e.member(e.member(e.elements(e.member(v, "records", c.fr, c.pos)), "SNS", c.fr, c.pos), "message", c.fr, c.pos)
		default:
			continue
		}
		break
	}
	return e.shaped(v, "parsed", 0, c)
}

// javaSetting is the environment variable that key names.
func (e *engine) javaSetting(key *Value) *Value {
	if s, ok := key.text(); ok {
		return e.environment(s)
	}
	return unknown
}

// javaNew makes collections; a copy of the collection given, if one is.
func (e *engine) javaNew(class string, c *Call) (*Value, bool) {
	switch {
	case newLists[class]:
		l := e.list(c.fr, c.pos)
		if len(c.args) == 1 && !isNumber(c.args[0].value) && len(c.args[0].value.funcs) == 0 {
			from := c.args[0].value
			if ok, vs := e.known(from); ok {
				return e.list(c.fr, c.pos, vs...), true
			}
			e.setField(l.objs[0], size, unknown, false)
			if el := e.elements(from); !el.empty() {
				e.setField(l.objs[0], elem, el, true)
			}
		}
		return l, true
	case newMaps[class]:
		id, m := e.newObject(isDict, "java.util.Map", c.fr, c.pos)
		if len(c.args) > 0 && !isNumber(c.args[0].value) {
			e.copyFields(id, c.args[0].value, nil)
		}
		return m, true
	}
	return nil, false
}

// javaFormat is String.format, with or without a locale; format is given for
// "…".formatted.
func (e *engine) javaFormat(c *Call, format *Value) *Value {
	args := c.args
	if format == nil {
		if len(args) > 0 && len(args[0].value.outs) > 0 && len(args) > 1 {
			args = args[1:] // a locale
		}
		if len(args) == 0 {
			return unknown
		}
		format, args = args[0].value, args[1:]
	}
	var vs []*Value
	for _, a := range args {
		if a.spread {
			vs = append(vs, e.elements(a.value))
			continue
		}
		vs = append(vs, a.value)
	}
	if len(vs) == 1 && e.isArray(vs[0]) {
		if ok, el := e.known(vs[0]); ok {
			vs = el
		}
	}
	s, ok := format.text()
	if !ok {
		ts := e.deep(format, deepLimit)
		for _, v := range vs {
			ts = joinTaints(ts, e.deep(v, deepLimit))
		}
		return e.made(&Value{any: true, taints: through(ts, 0, nil)}, c.fr, c.pos, "")
	}
	if strings.HasSuffix(c.Name, "MessageFormat.format") {
		d := &Call{Name: c.Name, args: args, e: e, fr: c.fr, pos: c.pos}
		return e.made(e.braces(s, d), c.fr, c.pos, "")
	}
	return e.made(e.formatted(javaVerbs(s), vs), c.fr, c.pos, "")
}

// javaVerbs turns %n and %1$s into what the common formatter knows.
func javaVerbs(s string) string {
	s = strings.ReplaceAll(s, "%n", "\n")
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		b.WriteByte(s[i])
		if s[i] != '%' {
			continue
		}
		j := i + 1
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		if j > i+1 && j < len(s) && s[j] == '$' {
			i = j
		}
	}
	return strings.ReplaceAll(b.String(), "%S", "%s")
}

// javaJoin is String.join.
func (e *engine) javaJoin(c *Call) (*Value, bool) {
	if len(c.args) < 2 {
		return nil, false
	}
	if len(c.args) == 2 && (e.container(c.args[1].value) || c.args[1].spread) {
		return e.joinElements(c.args[1].value, c.args[0].value, c.fr, c.pos), true
	}
	var vs []*Value
	for _, a := range c.args[1:] {
		vs = append(vs, a.value)
	}
	return e.joinElements(e.list(c.fr, c.pos, vs...), c.args[0].value, c.fr, c.pos), true
}

// javaCollection is a method of collections, streams and Optional that only
// Java has.
func (e *engine) javaCollection(recv *Value, method string, args []argument, fr *frame, pos ir.Pos) (*Value, bool) {
	if !e.container(recv) {
		return nil, false
	}
	data := len(recv.objs) == 0
	arg := func(i int) *Value {
		if i < len(args) {
			return args[i].value
		}
		return none
	}
	switch method {
	case "collect":
		if len(arg(0).objs) == 1 {
			return e.collect(recv, arg(0).objs[0], fr, pos)
		}
	case "mapToInt", "mapToLong", "mapToDouble", "asLongStream", "chars":
		return e.listOf(fr, pos, number), true
	case "sum", "average", "getAsInt", "getAsDouble", "summaryStatistics":
		if !data {
			return number, true
		}
	case "boxed", "parallel", "sequential", "unordered", "onClose", "takeWhile", "dropWhile", "peek", "listIterator", "descendingIterator", "subList", "tailMap", "headMap", "sorted":
		if method == "peek" && len(args) == 0 || data {
			return nil, false
		}
		return recv, true
	case "merge", "compute", "computeIfPresent", "replace":
		if !data && len(args) >= 2 && len(arg(1).funcs) == 0 {
			for _, id := range recv.objs {
				e.setIndexOf(id, arg(0), arg(1), true)
			}
			return arg(1), true
		}
	case "addAll":
		if len(args) == 2 {
			return e.addAllTo(recv, method, args[1:], fr, pos)
		}
	case "ifPresentOrElse", "or", "orElseGet", "orElseThrow":
		if !data && method == "ifPresentOrElse" {
			v, ok := e.iterate(recv, "forEach", args[:min(1, len(args))], fr, pos)
			return v, ok
		}
		if method == "orElseGet" && len(arg(0).funcs) > 0 && !data {
			other := e.branch(fr, func() *Value { return e.call(arg(0), none, nil, fr, pos, false) })
			return join(e.elements(recv), other), true
		}
		if method == "or" {
			return recv, true
		}
	case "mapMulti", "flatMapToInt":
		return recv, true
	case "add":
		if len(args) == 2 && !data { // at a position
			for _, id := range recv.objs {
				e.scatter(id, args[1].value)
			}
			return null, true
		}
	case "size", "isEmpty":
		if !data && len(recv.objs) == 1 {
			if n, ok := e.length(recv.objs[0]); ok {
				if method == "size" {
					return constant(int64(n)), true
				}
				return constant(n == 0), true
			}
		}
	}
	return nil, false
}

// collect gathers a stream as the collector says.
func (e *engine) collect(recv *Value, by int32, fr *frame, pos ir.Pos) (*Value, bool) {
	o := e.objs[by]
	call := func(f *Value) *Value {
		if f == nil || len(f.funcs) == 0 {
			return none
		}
		return e.branch(fr, func() *Value {
			return e.call(f, none, []argument{{value: e.valuesOf(recv)}}, fr, pos, false)
		})
	}
	switch o.typ {
	case "java.util.stream.Collectors.joining()":
		sep := constant("")
		if p := o.props["0"]; p != nil {
			sep = p
		}
		v := e.joinElements(recv, sep, fr, pos)
		if a, b := o.props["1"], o.props["2"]; a != nil && b != nil {
			v = e.made(concat(e.printedValue(a), v, e.printedValue(b)), fr, pos, "")
		}
		return v, true
	case "java.util.stream.Collectors.toMap()":
		id, m := e.newObject(isDict, "java.util.Map", fr, pos)
		e.setIndexOf(id, call(o.props["0"]).with(func(w *Value) { w.any = true }), call(o.props["1"]), true)
		return m, true
	case "java.util.stream.Collectors.groupingBy()":
		id, m := e.newObject(isDict, "java.util.Map", fr, pos)
		e.setIndexOf(id, call(o.props["0"]).with(func(w *Value) { w.any = true }), recv, true)
		return m, true
	case "java.util.stream.Collectors.mapping()":
		return e.listOf(fr, pos, call(o.props["0"])), true
	}
	return nil, false
}

// javaBean is a method of an outside instance of which nothing else is known:
// setters and builders keep what they are given, under the property's name.
func (e *engine) javaBean(c *Call) (*Value, bool) {
	if len(c.recv.objs) == 0 {
		return nil, false
	}
	builder := false
	for _, id := range c.recv.objs {
		o := e.objs[id]
		if o.kind != isInstance {
			return nil, false
		}
		builder = builder || strings.Contains(o.typ, "uilder")
	}
	method := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
	switch {
	case len(c.args) == 0 && builder && (method == "build" || method == "toBuilder"):
		return c.recv, true
	case len(c.args) == 0:
		if name, ok := getterField(method); ok {
			for _, id := range c.recv.objs {
				if v := e.field(id, name); v != nil {
					return v, true
				}
			}
		}
		return nil, false
	case len(c.args) > 2:
		return nil, false
	}
	name := ""
	for _, prefix := range []string{"with", "set", "add"} {
		if rest, ok := strings.CutPrefix(method, prefix); ok && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' {
			name = lowerFirst(rest)
		}
	}
	if name == "" && builder {
		name = method
	}
	if name == "" {
		return nil, false
	}
	return e.bean(c, name)
}

// bean keeps the last argument as a field and yields the receiver.
func (e *engine) bean(c *Call, name string) (*Value, bool) {
	if len(c.args) == 0 || len(c.recv.objs) == 0 {
		return nil, false
	}
	v := c.args[len(c.args)-1].value
	for _, id := range c.recv.objs {
		if len(c.args) == 2 { // a header, a parameter: its name and value
			f := e.field(id, name)
			if f == nil || len(f.objs) == 0 {
				_, f = e.newObject(isDict, "java.util.Map", c.fr, c.pos)
				e.setField(id, name, f, false)
			}
			e.setIndexOf(f.objs[0], c.args[0].value, v, false)
			continue
		}
		e.setField(id, name, v, len(c.recv.objs) > 1 || name == elem)
	}
	if fs := e.listener(v, c.fr, c.pos); len(fs.funcs) > 0 {
		e.pending = append(e.pending, fs)
	}
	return c.recv, true
}
