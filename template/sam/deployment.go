package sam

import (
	"sort"

	"rind/rind"
)

// deployment notes the deployment preference of a function and gives its
// alias the update policy.
func (t *transform) deployment(d *decl, alias *res) {
	f := d.props.Field("DeploymentPreference")
	if f == nil || !some(f.Value) {
		return
	}
	p := shallow(f.Value)
	for _, k := range []string{"Enabled", "Type", "PassthroughCondition"} {
		if x := p.Field(k); x != nil {
			x.Value = t.lookup(x.Value)
		}
	}
	pass := p.Get("PassthroughCondition")
	if pass != nil && !pass.True() && !pass.False() {
		t.fail(pass, "%s: PassthroughCondition must be true or false", d.id)
	}
	if e := p.Get("Enabled"); e != nil && (!some(e) || isStr(e) && e.False()) {
		return
	}
	if p.Get("Type") == nil {
		t.failAt(f.Span, "%s: DeploymentPreference needs a Type", d.id)
	}
	hooks := p.Get("Hooks")
	if hooks != nil && !isMap(hooks) {
		t.fail(hooks, "%s: Hooks of DeploymentPreference is not a map", d.id)
	}
	dep := deployment{id: d.id, pref: p, key: f.Span, here: at(f.Value.Span), origin: d.id}
	if pass.True() {
		dep.condition = d.raw.Get("Condition").Str()
	}
	if some(d.get("PropagateTags")) {
		dep.tags = given(d.get("Tags"))
	}
	t.deployments = append(t.deployments, dep)
	if alias == nil {
		t.failAt(f.Span, "%s: DeploymentPreference needs AutoPublishAlias", d.id)
		return
	}
	a := dep.here
	set(alias.attrs, "UpdatePolicy", a.obj("CodeDeployLambdaAliasUpdate", a.obj(
		"ApplicationName", a.ref("ServerlessDeploymentApplication"), "DeploymentGroupName", a.ref(d.id+"DeploymentGroup"),
		"BeforeAllowTrafficHook", present(hooks.Get("PreTraffic")), "AfterAllowTrafficHook", present(hooks.Get("PostTraffic")))))
}

// deploymentResources makes the CodeDeploy application, its role and a
// deployment group for every function that asks for one.
func (t *transform) deploymentResources() {
	if len(t.deployments) == 0 {
		return
	}
	first := t.deployments[0]
	t.origin, t.native, t.key, t.here, t.implied = first.origin, "AWS::Serverless::Function", first.key, first.here, true
	a := t.here
	attrs := t.deploymentCondition()
	app := t.make("ServerlessDeploymentApplication", "AWS::CodeDeploy::Application", attrs, "ComputePlatform", "Lambda")
	role := t.make("CodeDeployServiceRole", "AWS::IAM::Role", attrs, "AssumeRolePolicyDocument", t.trust("codedeploy.amazonaws.com"),
		"ManagedPolicyArns", a.list(awsPolicy("service-role/AWSCodeDeployRoleForLambda")))
	tags, needsRole := a.obj(), false
	for _, dep := range t.deployments {
		for _, f := range fieldsOf(dep.tags) {
			setKeyed(tags, f.Key, f.Span, f.Value)
		}
		needsRole = needsRole || !some(dep.pref.Get("Role"))
	}
	if len(tags.Fields) > 0 {
		app.set("Tags", tagList(tags))
		role.set("Tags", tagList(tags))
	}
	t.emit(app)
	if needsRole {
		t.emit(role)
	}
	for _, dep := range t.deployments {
		t.origin, t.key, t.here = dep.origin, dep.key, dep.here
		t.emit(t.deploymentGroup(dep))
	}
}

// deploymentCondition is the condition under which any function is deployed
// gradually, if there is always one.
func (t *transform) deploymentCondition() val {
	set1 := map[string]bool{}
	for _, dep := range t.deployments {
		set1[dep.condition] = true
	}
	cs, ok := alwaysConditional(set1)
	if !ok {
		return nil
	}
	sort.Strings(cs)
	name := cs[0]
	if len(cs) > 1 {
		name = "ServerlessCodeDeployCondition"
		t.anyOf(t.here, name, cs)
	}
	return t.here.obj("Condition", name)
}

func (t *transform) deploymentGroup(dep deployment) *res {
	a, p := t.here, dep.pref
	g := t.make(dep.id+"DeploymentGroup", "AWS::CodeDeploy::DeploymentGroup", nil,
		"ApplicationName", a.ref("ServerlessDeploymentApplication"),
		"AutoRollbackConfiguration", a.obj("Enabled", true, "Events",
			a.list("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST")),
		"DeploymentConfigName", t.configName(p.Get("Type"), ""),
		"DeploymentStyle", a.obj("DeploymentType", "BLUE_GREEN", "DeploymentOption", "WITH_TRAFFIC_CONTROL"),
		"ServiceRoleArn", a.getAtt("CodeDeployServiceRole", "Arn"))
	if dep.condition != "" {
		set(g.attrs, "Condition", a.str(dep.condition))
	}
	if r := p.Field("Role"); r != nil && some(r.Value) {
		setKeyed(g.props, "ServiceRoleArn", r.Span, r.Value)
	}
	if c := p.Get("TriggerConfigurations"); some(c) {
		g.set("TriggerConfigurations", c)
	}
	if dep.tags != nil {
		g.set("Tags", tagList(dep.tags))
	}
	alarms := p.Get("Alarms")
	if some(alarms) && !isNoValue(alarms) {
		if c, then, els, ok := ifParts(alarms); ok {
			g.set("AlarmConfiguration", a.ifElse(c, t.alarms(dep, then), t.alarms(dep, els)))
		} else {
			g.set("AlarmConfiguration", t.alarms(dep, alarms))
		}
	}
	return g
}

func (t *transform) alarms(dep deployment, v val) val {
	if !isList(v) {
		t.fail(v, "%s: Alarms is not a list", dep.id)
	}
	if !isList(v) || len(v.Items) == 0 || isNoValue(v.Items[0]) {
		return t.here.obj()
	}
	l := t.here.list()
	for _, it := range v.Items {
		l.Items = append(l.Items, at(it.Span).obj("Name", it))
	}
	return t.here.obj("Enabled", true, "Alarms", l)
}

// configName turns the short names of CodeDeploy's own configurations into
// the full ones, also inside intrinsic functions.
func (t *transform) configName(v val, within string) val {
	switch {
	case isList(v):
		out := shallow(v)
		for i := range out.Items {
			out.Items[i] = t.configName(out.Items[i], "")
		}
		return out
	case isIntrinsic(v):
		out := shallow(v)
		out.Fields[0].Value = t.configName(v.Fields[0].Value, v.Fields[0].Key)
		return out
	case isStr(v) && predefinedConfigs[v.Text]:
		a := at(v.Span)
		full := a.list("CodeDeployDefault.Lambda${ConfigName}", a.obj("ConfigName", v))
		if within == "Fn::Sub" {
			return full
		}
		return a.obj("Fn::Sub", full)
	}
	return v
}

// deployment is a function whose alias CodeDeploy shifts.
type deployment struct {
	id        string
	pref      val
	condition string
	tags      val
	key       rind.Span
	here      at
	origin    string
}

var predefinedConfigs = map[string]bool{
	"Canary10Percent5Minutes": true, "Canary10Percent10Minutes": true, "Canary10Percent15Minutes": true, "Canary10Percent30Minutes": true,
	"Linear10PercentEvery1Minute": true, "Linear10PercentEvery2Minutes": true, "Linear10PercentEvery3Minutes": true,
	"Linear10PercentEvery10Minutes": true, "AllAtOnce": true,
}
