package sam

import (
	_ "embed"
	"slices"
	"sort"
	"strings"
	"sync"

	"rind/rind"
)

//go:embed connectors.txt
var connectorText string

// connection is what a connector between two types of resources grants.
type connection struct {
	kind       string // role, queue, topic, lambda
	ofSource   bool   // whose role or policy it is
	dependedBy string
	only       [][]string // combinations of permissions that make sense
	grants     []grant
}

type grant struct {
	category  string
	actions   []string
	principal string
	resources []string
	source    string
	account   string
}

var connections = sync.OnceValue(func() map[string]*connection {
	out := map[string]*connection{}
	var c *connection
	for line := range strings.Lines(connectorText) {
		line = strings.TrimRight(line, "\n")
		w := strings.Fields(line)
		switch {
		case len(w) == 0 || w[0][0] == '#':
		case line[0] != ' ':
			c = &connection{kind: w[3]}
			for _, o := range w[4:] {
				switch k, v, _ := strings.Cut(o, "="); k {
				case "of":
					c.ofSource = v == "source"
				case "dependedby":
					c.dependedBy = v
				case "only":
					for s := range strings.SplitSeq(v, "|") {
						c.only = append(c.only, strings.Split(s, ","))
					}
				}
			}
			out[w[0]+" "+w[2]] = c
		case !strings.HasPrefix(line, "    "):
			c.grants = append(c.grants, grant{category: w[0], actions: w[1:]})
		default:
			switch g := &c.grants[len(c.grants)-1]; w[0] {
			case ">":
				g.resources = append(g.resources, w[1])
			case "@":
				g.principal = w[1]
			case "from":
				g.source = w[1]
			case "account":
				g.account = w[1]
			}
		}
	}
	return out
})

// embeddedConnectors makes a connector of every entry of a resource's
// attribute Connectors.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/managing-permissions-connectors.html
func (t *transform) embeddedConnectors() {
	for _, f := range t.src.list() {
		all := f.Value.Get("Connectors")
		if all == nil {
			continue
		}
		if !isMap(all) {
			t.fail(all, "%s: Connectors is not a map", f.Key)
			continue
		}
		for _, c := range all.Fields {
			props := c.Value.Get("Properties")
			if !isMap(props) {
				t.failAt(c.Span, "%s: the connector %s is not a map with Properties", f.Key, c.Key)
				continue
			}
			r := shallow(c.Value)
			props = shallow(props)
			src := at(c.Span).obj("Id", f.Key)
			if ref := props.Get("SourceReference"); ref != nil {
				if !isMap(ref) || ref.Field("Id") != nil {
					t.fail(ref, "%s: SourceReference is a map without Id", f.Key)
				}
				for _, x := range fieldsOf(ref) {
					setKeyed(src, x.Key, x.Span, x.Value)
				}
				del(props, "SourceReference")
			}
			set(props, "Source", src)
			set(r, "Properties", props)
			set(r, "Type", at(c.Span).str("AWS::Serverless::Connector"))
			id := f.Key + c.Key
			if t.src.get(id) != nil {
				t.failAt(c.Span, "the connector %s of %s makes a resource %s, but the template has one of that name", c.Key, f.Key, id)
				continue
			}
			t.embedded[id] = f.Key
			t.src.put(rind.Field{Key: id, Span: c.Span, Value: r})
		}
	}
}

// end is one end of a connector.
type end struct {
	id, typ                                     string
	arn, role, url, resourceID, name, qualifier val
}

var plainType = map[string]string{
	"AWS::Serverless::Function": "AWS::Lambda::Function", "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
	"AWS::Serverless::Api": "AWS::ApiGateway::RestApi", "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api",
	"AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
}

// connector expands AWS::Serverless::Connector.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-connector.html
func (t *transform) connector(d *decl) []*res {
	source, dests := d.get("Source"), d.get("Destination")
	var out []*res
	if !isMap(source) {
		return nil
	}
	if isList(dests) && dests.Len() == 0 {
		t.fail(dests, "%s: Destination is an empty list", d.id)
	}
	i := 0
	for dest := range dests.Each() {
		tail := ""
		if isList(dests) {
			tail = "Destination" + itoa(i)
		}
		i++
		to, ok1 := t.connectorEnd(d, dest, source)
		from, ok2 := t.connectorEnd(d, source, dest)
		if !ok1 || !ok2 {
			continue
		}
		rs := t.connect(d, from, to, tail)
		for _, r := range rs {
			t.connectorMetadata(d.id, r, from, to)
		}
		out = append(out, rs...)
	}
	t.replaceDepends(d.id, out)
	return out
}

// replaceDepends lets what depends on a connector depend on what it makes.
func (t *transform) replaceDepends(id string, made []*res) {
	t.indexConnected()
	for _, dependent := range t.dependents[id] {
		v := t.out.get(dependent)
		l := t.here.list()
		if v == nil || !names(v.Get("DependsOn"), id) {
			continue
		}
		f := rind.Field{Key: dependent, Span: t.out.fields[t.out.index[dependent]].Span, Value: v}
		for dep := range f.Value.Get("DependsOn").Each() {
			if !isStr(dep) || dep.Text != id {
				l.Items = append(l.Items, dep)
			}
		}
		for _, r := range made {
			if id := t.here.str(r.id); !contains(l.Items, id) {
				l.Items = append(l.Items, id)
			}
		}
		r := shallow(f.Value)
		set(r, "DependsOn", l)
		t.out.put(rind.Field{Key: f.Key, Span: f.Span, Value: r})
	}
}

// indexConnected notes what connectors look for: who depends on whom, and the
// event source mappings between two resources.
func (t *transform) indexConnected() {
	if t.dependents != nil {
		return
	}
	t.dependents, t.mappings = map[string][]string{}, map[[2]string][]string{}
	for _, f := range t.out.list() {
		t.noteDependent(f)
		if f.Value.Get("Type").Str() == "AWS::Lambda::EventSourceMapping" {
			p := f.Value.Get("Properties")
			ends := [2]string{logicalID(p.Get("EventSourceArn")), logicalID(p.Get("FunctionName"))}
			t.mappings[ends] = append(t.mappings[ends], f.Key)
		}
	}
}

func (t *transform) noteDependent(f rind.Field) {
	for d := range f.Value.Get("DependsOn").Each() {
		if isStr(d) && t.dependents != nil {
			t.dependents[d.Text] = append(t.dependents[d.Text], f.Key)
		}
	}
}

// names reports whether a text or a list of texts holds id.
func names(v val, id string) bool {
	for it := range v.Each() {
		if isStr(it) && it.Text == id {
			return true
		}
	}
	return false
}

// connectorEnd finds what is known of one end; other is the opposite end.
func (t *transform) connectorEnd(d *decl, v, other val) (end, bool) {
	if !isMap(v) {
		t.fail(v, "%s: an end of a connector is a map", d.id)
		return end{}, false
	}
	more := 0
	for _, f := range v.Fields {
		if f.Key != "Id" && f.Key != "Qualifier" {
			more++
		}
	}
	if (v.Field("Id") != nil) == (more > 0) {
		t.fail(v, "%s: an end of a connector has either Id, with Qualifier if needed, or a Type with other properties", d.id)
		return end{}, false
	}
	if v.Field("Id") == nil {
		ty := v.Get("Type")
		if !isStr(ty) || ty.Text == "" {
			t.fail(v, "%s: the Type of an end of a connector is missing", d.id)
			return end{}, false
		}
		e := end{
			typ: ty.Text, arn: present(v.Get("Arn")), role: present(v.Get("RoleName")), url: present(v.Get("QueueUrl")),
			resourceID: present(v.Get("ResourceId")), name: present(v.Get("Name")), qualifier: present(v.Get("Qualifier")),
		}
		if p := plainType[e.typ]; p != "" {
			e.typ = p
		}
		return e, true
	}
	id := v.Get("Id")
	r := t.out.get(id.Str())
	if !isStr(id) || r == nil || !isStr(r.Get("Type")) {
		t.fail(v, "%s: there is no resource %s", d.id, id.Str())
		return end{}, false
	}
	e := end{id: id.Text, typ: r.Get("Type").Text, qualifier: present(v.Get("Qualifier"))}
	t.outputs(&e)
	if role := roleProperty(e.typ, r.Get("Properties"), other); role != nil {
		if rid := logicalID(role); rid != "" {
			e.role = t.here.ref(rid)
		}
	}
	return e, true
}

// outputs are the references to a resource by its ID.
func (t *transform) outputs(e *end) {
	a := t.here
	switch e.typ {
	case "AWS::StepFunctions::StateMachine":
		e.arn, e.name = a.ref(e.id), a.getAtt(e.id, "Name")
	case "AWS::AppSync::GraphQLApi":
		e.arn, e.resourceID = a.ref(e.id), a.getAtt(e.id, "ApiId")
	case "AWS::AppSync::DataSource", "AWS::SNS::Topic":
		e.arn = a.ref(e.id)
	case "AWS::SQS::Queue":
		e.arn, e.url = a.getAtt(e.id, "Arn"), a.ref(e.id)
	case "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api":
		e.arn, e.resourceID = a.getAtt(e.id, "Arn"), a.ref(e.id)
		if e.qualifier == nil {
			e.qualifier = a.str("*")
		}
	case "AWS::Lambda::Function", "AWS::Events::Rule", "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Location::PlaceIndex", "AWS::Events::EventBus":
		e.arn = a.getAtt(e.id, "Arn")
	}
}

// roleProperty is the role a resource acts with.
func roleProperty(typ string, props, other val) val {
	switch typ {
	case "AWS::Lambda::Function":
		return props.Get("Role")
	case "AWS::StepFunctions::StateMachine":
		return props.Get("RoleArn")
	case "AWS::AppSync::DataSource":
		return props.Get("ServiceRoleArn")
	case "AWS::Events::Rule":
		for target := range props.Get("Targets").Each() {
			arn := target.Get("Arn")
			id := logicalID(arn)
			if id != "" && id == other.Get("Id").Str() || other.Get("Arn").Present() && equal(arn, other.Get("Arn")) {
				return target.Get("RoleArn")
			}
		}
	}
	return nil
}

// connect makes the policy or permissions of a connector.
func (t *transform) connect(d *decl, from, to end, tail string) []*res {
	c := connections()[from.typ+" "+to.typ]
	if c == nil {
		t.failAt(t.key, "%s: there is no connector from %s to %s", d.id, from.typ, to.typ)
		return nil
	}
	wanted := t.permissions(d, c)
	ends := map[string]val{
		"Source.Arn": from.arn, "Destination.Arn": to.arn, "Source.ResourceId": from.resourceID, "Destination.ResourceId": to.resourceID,
		"Source.Name": from.name, "Destination.Name": to.name, "Source.Qualifier": from.qualifier, "Destination.Qualifier": to.qualifier,
	}
	owner, side := to, "Destination"
	if c.ofSource {
		owner, side = from, "Source"
	}
	attrs := d.attrs()
	new1 := func(id, typ string, pairs ...any) *res {
		r := t.make(id, typ, attrs, pairs...)
		r.depends = d.raw.Get("DependsOn")
		r.written = true
		return r
	}
	missing := func(v val, what string) {
		if v == nil {
			t.failAt(t.key, "%s: the %s of the %s cannot be found", d.id, what, side)
		}
	}
	switch c.kind {
	case "lambda":
		missing(owner.arn, "ARN")
		var out []*res
		for _, g := range c.grants {
			if !slices.Contains(wanted, g.category) {
				continue
			}
			p := new1(d.id+g.category+"LambdaPermission"+tail, "AWS::Lambda::Permission", "Action", g.actions[0],
				"FunctionName", owner.arn, "Principal", g.principal, "SourceArn", t.fill(d, g.source, ends))
			if g.account != "" {
				p.set("SourceAccount", t.fill(d, g.account, ends))
			}
			out = append(out, p)
		}
		return out
	case "topic":
		missing(owner.arn, "ARN")
		return []*res{new1(d.id+"TopicPolicy"+tail, "AWS::SNS::TopicPolicy", "PolicyDocument", t.connectorPolicy(d, c, wanted, ends),
			"Topics", t.here.list(orNull(owner.arn)))}
	case "queue":
		missing(owner.url, "queue URL")
		return []*res{new1(d.id+"QueuePolicy"+tail, "AWS::SQS::QueuePolicy", "PolicyDocument", t.connectorPolicy(d, c, wanted, ends),
			"Queues", t.here.list(orNull(owner.url)))}
	}
	missing(owner.role, "role")
	id := d.id + "Policy" + tail
	p := new1(id, "AWS::IAM::ManagedPolicy", "PolicyDocument", t.connectorPolicy(d, c, wanted, ends), "Roles", t.here.list(orNull(owner.role)))
	t.waitFor(c, from, to, id)
	return []*res{p}
}

// permissions are the wanted categories, with complaints about others.
func (t *transform) permissions(d *decl, c *connection) []string {
	var wanted, known []string
	for _, g := range c.grants {
		if !slices.Contains(known, g.category) {
			known = append(known, g.category)
		}
	}
	list := d.get("Permissions")
	for p := range list.Each() {
		if !slices.Contains(known, p.Str()) {
			t.fail(p, "%s: the permission %q is not one of %s", d.id, p.Str(), strings.Join(known, ", "))
		} else if !slices.Contains(wanted, p.Str()) {
			wanted = append(wanted, p.Str())
		}
	}
	if list.Len() == 0 {
		t.failAt(t.key, "%s: Permissions is empty; possible are %s", d.id, strings.Join(known, ", "))
	}
	sort.Strings(wanted)
	for _, o := range c.only {
		if slices.Equal(o, wanted) {
			return wanted
		}
	}
	if len(c.only) > 0 {
		t.fail(list, "%s: these permissions do not make sense without others: %s", d.id, strings.Join(wanted, ", "))
	}
	return wanted
}

func (t *transform) connectorPolicy(d *decl, c *connection, wanted []string, ends map[string]val) val {
	a := t.here
	l := a.list()
	for _, g := range c.grants {
		if !slices.Contains(wanted, g.category) {
			continue
		}
		actions, resources := a.list(), a.list()
		for _, s := range g.actions {
			actions.Items = append(actions.Items, a.str(s))
		}
		for _, s := range g.resources {
			resources.Items = append(resources.Items, t.fill(d, s, ends))
		}
		st := a.obj("Effect", "Allow", "Action", actions, "Resource", resources)
		if g.principal != "" {
			st = a.obj("Effect", "Allow", "Principal", a.obj("Service", g.principal), "Action", actions.Items[0], "Resource", resources.Items[0],
				"Condition", a.obj("ArnEquals", a.obj("aws:SourceArn", t.fill(d, "%{Source.Arn}", ends))))
		}
		l.Items = append(l.Items, st)
	}
	return a.obj("Version", "2012-10-17", "Statement", l)
}

// fill replaces %{Source.Arn} and the like.
func (t *transform) fill(d *decl, s string, ends map[string]val) val {
	vars := t.here.obj()
	for _, k := range []string{
		"Source.Arn", "Destination.Arn", "Source.ResourceId", "Destination.ResourceId", "Source.Name",
		"Destination.Name", "Source.Qualifier", "Destination.Qualifier",
	} {
		p := "%{" + k + "}"
		if !strings.Contains(s, p) {
			continue
		}
		v := ends[k]
		if v == nil {
			t.failAt(t.key, "%s: the %s of the connector cannot be found", d.id, k)
			v = t.here.str("*")
		}
		if s == p {
			return v
		}
		name := strings.ReplaceAll(k, ".", "")
		s = strings.ReplaceAll(s, p, "${"+name+"}")
		set(vars, name, v)
	}
	switch {
	case len(vars.Fields) > 0:
		return t.here.obj("Fn::Sub", t.here.list(s, vars))
	case strings.Contains(s, "${"):
		return t.here.sub(s)
	}
	return t.here.str(s)
}

// waitFor makes resources wait for the policy they need at creation.
func (t *transform) waitFor(c *connection, from, to end, policy string) {
	var id string
	switch c.dependedBy {
	case "SOURCE":
		id = from.id
	case "DESTINATION_EVENT_SOURCE_MAPPING":
		if from.id == "" || to.id == "" {
			return
		}
		t.indexConnected()
		found := t.mappings[[2]string{from.id, to.id}]
		if len(found) != 1 {
			return
		}
		id = found[0]
	}
	r := shallow(t.out.get(id))
	if r == nil {
		return
	}
	l := t.here.list()
	for dep := range r.Get("DependsOn").Each() {
		l.Items = append(l.Items, dep)
	}
	if !contains(l.Items, t.here.str(policy)) {
		l.Items = append(l.Items, t.here.str(policy))
	}
	set(r, "DependsOn", l)
	t.out.put(rind.Field{Key: id, Span: t.out.fields[t.out.index[id]].Span, Value: r})
}

// connectorMetadata notes in the metadata what connects what.
func (t *transform) connectorMetadata(id string, r *res, from, to end) {
	a := t.here
	typ := func(e end) val {
		if ty := t.src.get(e.id).Get("Type"); isStr(ty) {
			return a.obj("Type", ty)
		}
		return a.obj("Type", e.typ)
	}
	m := shallow(r.attrs.Get("Metadata"))
	if !isMap(m) {
		m = a.obj()
	}
	set(m, "aws:sam:connectors", a.obj(id, a.obj("Source", typ(from), "Destination", typ(to))))
	set(r.attrs, "Metadata", m)
}
