package sam

import (
	"sort"
	"strconv"
	"strings"

	"rind/rind"
)

// managed marks an API whose definition the transform writes itself.
const managed = "__MANAGE_SWAGGER"

// implicit is an API that nobody declares and events ask for, and what the
// events of one kind say about all APIs.
type implicit struct {
	id       string // logical ID
	apiType  string
	event    string // type of event
	idKey    string // property of the event that names the API
	existing val    // a resource of the user with that ID
	touched  bool

	conditions map[string]map[string]map[string]string // api, path, method
	deletion   []string
	replace    []string
}

// defaultBodies starts a definition for every API that has none.
func (t *transform) defaultBodies() {
	for _, f := range t.src.list() {
		ty, p := f.Value.Get("Type").Str(), f.Value.Get("Properties")
		if some(p.Get("DefinitionBody")) || some(p.Get("DefinitionUri")) {
			continue
		}
		a := at(f.Value.Span)
		switch ty {
		case "AWS::Serverless::Api":
			set(p, "DefinitionBody", restSkeleton(a))
			set(p, managed, a.of(true))
		case "AWS::Serverless::HttpApi":
			set(p, "DefinitionBody", httpSkeleton(a))
			set(p, managed, a.of(true))
		}
	}
}

func restSkeleton(a at) val {
	return a.obj("swagger", "2.0", "info", a.obj("version", "1.0", "title", a.ref("AWS::StackName")), "paths", a.obj())
}

func httpSkeleton(a at) val {
	return a.obj("openapi", "3.0.1", "info", a.obj("version", "1.0", "title", a.ref("AWS::StackName")), "paths", a.obj())
}

// implicitAPIs notes in the API definitions which paths the events serve, and
// adds the APIs that events ask for by naming none.
func (t *transform) implicitAPIs() {
	t.apis[0] = implicit{id: "ServerlessRestApi", apiType: "AWS::Serverless::Api", event: "Api", idKey: "RestApiId"}
	t.apis[1] = implicit{id: "ServerlessHttpApi", apiType: "AWS::Serverless::HttpApi", event: "HttpApi", idKey: "ApiId"}
	for i := range t.apis {
		t.implicitAPI(&t.apis[i])
	}
}

func (t *transform) implicitAPI(im *implicit) {
	im.conditions = map[string]map[string]map[string]string{}
	im.existing = t.src.get(im.id)
	key, a := t.root.Get("Resources").Span, at(t.root.Get("Resources").Span)
	props := a.obj("StageName", "Prod", "DefinitionBody", restSkeleton(a), managed, true)
	if im.event == "HttpApi" {
		props = a.obj("DefinitionBody", httpSkeleton(a), managed, true)
	}
	own := rind.Field{Key: im.id, Span: key, Value: a.obj("Type", im.apiType, "Properties", props)}
	if im.existing != nil {
		own.Span = im.existing.Span
	}
	t.src.put(own)
	for _, f := range t.src.list() {
		ty := f.Value.Get("Type").Str()
		events := f.Value.Get("Properties", "Events")
		if ty != "AWS::Serverless::Function" && ty != "AWS::Serverless::StateMachine" || !isMap(events) {
			continue
		}
		for i := range events.Fields {
			if e := &events.Fields[i]; isMap(e.Value) && e.Value.Get("Type").Is(im.event) {
				t.apiEvent(im, f, e)
			}
		}
	}
	if api := t.src.get(im.id); api.Get("Properties", "DefinitionBody", "paths").Len() == 0 {
		if im.existing != nil {
			t.src.put(rind.Field{Key: im.id, Span: own.Span, Value: im.existing})
		} else {
			t.src.drop(im.id)
		}
	} else {
		t.implicitAttributes(im)
	}
	t.conditionalPaths(im)
}

// apiEvent registers one event with its API.
func (t *transform) apiEvent(im *implicit, owner rind.Field, e *rind.Field) {
	props := e.Value.Get("Properties")
	if !some(props) {
		if im.event == "Api" {
			return
		}
		props = rind.NewMap(e.Value.Span)
		set(e.Value, "Properties", props)
	}
	if !isMap(props) {
		t.failAt(e.Span, "event %s: Properties is not a map", e.Key)
		return
	}
	a := at(props.Span)
	if props.Field(im.idKey) == nil {
		t.implicitTags(im, owner)
		set(props, im.idKey, a.ref(im.id))
		if api := t.src.get(im.id); !im.touched {
			im.touched = true
			t.moveTo(im.id, api, e)
		}
	}
	if im.event == "HttpApi" && !some(props.Get("Path")) && !some(props.Get("Method")) {
		set(props, "Path", a.str("$default"))
		set(props, "Method", a.str(anyMethod))
	}
	api, path, method := apiRef(props.Get(im.idKey)), props.Get("Path"), props.Get("Method")
	if !isStr(path) || !isStr(method) || path.Text == "" || method.Text == "" {
		t.failAt(e.Span, "event %s: Path and Method must be texts", e.Key)
		return
	}
	target := t.src.get(api.Str())
	if !isStr(api) || target == nil || im.event == "Api" && target.Get("Type").Is("AWS::Serverless::HttpApi") {
		t.failAt(e.Span, "event %s: %s must refer to an %s of this template", e.Key, im.idKey, im.apiType)
		return
	}
	im.note(api.Text, path.Text, method.Text, owner.Value)
	tp := target.Get("Properties")
	if some(tp.Get(managed)) && validDefinition(tp.Get("DefinitionBody")) {
		editDefinition(t, tp.Get("DefinitionBody")).addPath(path, method.Text)
	}
	if r := props.Get("RouteSettings"); im.event == "HttpApi" && r != nil {
		t.routeSettings(tp, path.Text, method.Text, r, owner.Value.Get("Condition"))
	}
}

// moveTo places an implicit API where the first event is that asks for it.
func (t *transform) moveTo(id string, api val, e *rind.Field) {
	if t.src.get(id) == nil || api == nil {
		return
	}
	moved := t.relocate(api, e.Value.Span)
	t.src.put(rind.Field{Key: id, Span: e.Span, Value: moved})
}

// relocate copies a small tree with all places set to span.
func (t *transform) relocate(v val, span rind.Span) val {
	c := clone(v)
	c.Walk(func(_ string, v *rind.Value) bool {
		v.Span = span
		for i := range v.Fields {
			v.Fields[i].Span = span
		}
		return true
	})
	return c
}

func (im *implicit) note(api, path, method string, owner val) {
	paths := im.conditions[api]
	if paths == nil {
		paths = map[string]map[string]string{}
		im.conditions[api] = paths
	}
	if paths[path] == nil {
		paths[path] = map[string]string{}
	}
	paths[path][method] = owner.Get("Condition").Str()
	if api == im.id {
		im.deletion = append(im.deletion, owner.Get("DeletionPolicy").Str())
		im.replace = append(im.replace, owner.Get("UpdateReplacePolicy").Str())
	}
}

// apiRef is the ID in {Ref: MyApi} or the text itself.
func apiRef(v val) val {
	if isMap(v) && v.Field("Ref") != nil {
		return v.Get("Ref")
	}
	return v
}

// implicitTags hands the tags of a function on to an implicit API.
func (t *transform) implicitTags(im *implicit, owner rind.Field) {
	props := owner.Value.Get("Properties")
	globals := t.root.Get("Globals", strings.TrimPrefix(owner.Value.Get("Type").Str(), prefix))
	flag, tags := given(props.Get("PropagateTags")), given(props.Get("Tags"))
	if flag == nil {
		flag = given(globals.Get("PropagateTags"))
	}
	if tags == nil {
		tags = given(globals.Get("Tags"))
	}
	api := t.src.get(im.id).Get("Properties")
	if flag == nil || !isMap(tags) || api == nil {
		return
	}
	all := api.Get("Tags")
	if all == nil {
		all = rind.NewMap(tags.Span)
		set(api, "Tags", all)
	}
	for _, f := range tags.Fields {
		setKeyed(all, f.Key, f.Span, f.Value)
	}
	set(api, "PropagateTags", at(tags.Span).of(true))
}

// implicitAttributes gives the implicit API the condition and the deletion
// policies that its events agree on.
func (t *transform) implicitAttributes(im *implicit) {
	api := t.src.get(im.id)
	a := at(api.Span)
	all := map[string]bool{}
	for _, methods := range im.conditions[im.id] {
		for _, c := range methods {
			all[c] = true
		}
	}
	if cs, ok := alwaysConditional(all); ok {
		if len(cs) == 1 {
			set(api, "Condition", a.str(cs[0]))
		} else {
			set(api, "Condition", a.str(im.id+"Condition"))
			t.anyOf(a, im.id+"Condition", cs)
		}
	}
	if p := strongest(im.deletion, "Retain", "Delete"); p != "" {
		set(api, "DeletionPolicy", a.str(p))
	}
	if p := strongest(im.replace, "Retain", "Snapshot", "Delete"); p != "" {
		set(api, "UpdateReplacePolicy", a.str(p))
	}
}

// strongest is the first of the ranked policies that is among those given.
func strongest(policies []string, ranked ...string) string {
	for _, r := range ranked {
		for _, p := range policies {
			if p == r {
				return r
			}
		}
	}
	return ""
}

// alwaysConditional lists conditions in order if there is no case without one.
func alwaysConditional(set map[string]bool) ([]string, bool) {
	if len(set) == 0 || set[""] {
		return nil, false
	}
	out := make([]string, 0, len(set))
	for c := range set {
		out = append(out, c)
	}
	sort.Strings(out)
	return out, true
}

// conditionalPaths makes paths conditional all of whose methods are.
func (t *transform) conditionalPaths(im *implicit) {
	for _, f := range t.src.list() {
		props := f.Value.Get("Properties")
		paths := props.Get("DefinitionBody", "paths")
		if f.Value.Get("Type").Str() != im.apiType || !some(props.Get(managed)) || !isMap(paths) {
			continue
		}
		for i := range paths.Fields {
			p := &paths.Fields[i]
			all := map[string]bool{}
			for _, c := range im.conditions[f.Key][p.Key] {
				all[c] = true
			}
			cs, ok := alwaysConditional(all)
			if !ok {
				continue
			}
			a := at(p.Value.Span)
			name := cs[0]
			if len(cs) > 1 {
				name = f.Key + strings.NewReplacer("/", "SLASH", "{", "OB", "}", "CB").Replace(p.Key) + "PathCondition"
				t.anyOf(a, name, cs)
			}
			p.Value = a.ifElse(name, p.Value, nil)
		}
	}
}

// anyOf defines a condition that holds when one of several does. Fn::Or takes
// ten at most, so more need helpers.
func (t *transform) anyOf(a at, name string, cs []string) {
	const most = 10
	helpers := (len(cs) - 2) / (most - 1)
	for len(cs) > 1 {
		n := name
		if helpers > 0 {
			n += strconv.Itoa(helpers)
			helpers--
		}
		l := a.list()
		for _, c := range cs[:min(most, len(cs))] {
			l.Items = append(l.Items, a.obj("Condition", c))
		}
		cs = append(append([]string(nil), cs[min(most, len(cs)):]...), n)
		set(t.conditions, n, a.obj("Fn::Or", l))
		if len(cs) == 1 {
			return
		}
	}
}

// routeSettings collects the settings of a route at its API.
func (t *transform) routeSettings(api val, path, method string, settings, condition val) {
	route := strings.ToUpper(method) + " " + path
	if method == anyMethod {
		route = path
	}
	all := api.Get("RouteSettings")
	if all == nil {
		all = rind.NewMap(settings.Span)
		set(api, "RouteSettings", all)
	}
	if !isMap(settings) || !isMap(all) {
		t.fail(settings, "RouteSettings is not a map")
		return
	}
	if some(condition) {
		settings = at(settings.Span).ifElse(condition, settings, nil)
	}
	own := all.Get(route)
	if !isMap(own) {
		own = rind.NewMap(settings.Span)
		set(all, route, own)
	}
	for _, f := range settings.Fields {
		setKeyed(own, f.Key, f.Span, f.Value)
	}
}

// openAPIVersions writes the version that an API asks for into the definition
// that the transform has started for it.
func (t *transform) openAPIVersions() {
	for _, f := range t.src.list() {
		p := f.Value.Get("Properties")
		v, body := p.Get("OpenApiVersion"), p.Get("DefinitionBody")
		if f.Value.Get("Type").Str() != "AWS::Serverless::Api" || p.Field(managed) == nil || !v.Scalar() || !version3.MatchString(v.Text) {
			continue
		}
		s := shallow(v)
		s.Kind = rind.String
		set(p, "OpenApiVersion", s)
		if isMap(body) {
			set(body, "openapi", s)
			del(body, "swagger")
		}
	}
}
