package iam

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rind/rind"
	"rind/template/source"
)

func request(action, resource string, keys ...string) *Request {
	r := &Request{
		Principal: Caller{Type: "AWS", ID: "arn:aws:iam::111122223333:role/app"},
		Action:    action, Resource: val(resource),
		Context: Context{Values: map[string][]string{}, Complete: true},
	}
	for i := 0; i+1 < len(keys); i += 2 {
		r.Context.Values[strings.ToLower(keys[i])] = append(r.Context.Values[strings.ToLower(keys[i])], keys[i+1])
	}
	return r
}

func TestConditions(t *testing.T) {
	for _, tt := range []struct {
		condition string
		keys      []string
		want      bool
	}{
		{"{StringEquals: {k: [a, b]}}", []string{"k", "b"}, true},
		{"{StringEquals: {k: a}}", []string{"K", "A"}, false},
		{"{StringEqualsIgnoreCase: {k: a}}", []string{"k", "A"}, true},
		{"{StringNotEquals: {k: [a, b]}}", []string{"k", "b"}, false},
		{"{StringNotEquals: {k: a}}", nil, true},
		{"{StringEquals: {k: a}}", nil, false},
		{"{StringEqualsIfExists: {k: a}}", nil, true},
		{"{StringEqualsIfExists: {k: a}}", []string{"k", "b"}, false},
		{"{StringLike: {k: 'a*c?'}}", []string{"k", "abbcd"}, true},
		{"{StringEquals: {k: 'a*'}}", []string{"k", "ab"}, false},
		{"{NumericLessThan: {k: 5}}", []string{"k", "4"}, true},
		{"{NumericLessThanEquals: {k: '5'}}", []string{"k", "5"}, true},
		{"{NumericGreaterThan: {k: 5}}", []string{"k", "x"}, false},
		{"{NumericNotEquals: {k: 5}}", []string{"k", "6"}, true},
		{"{DateGreaterThan: {k: '2020-01-01T00:00:00Z'}}", []string{"k", "2021-01-01T00:00:00Z"}, true},
		{"{DateLessThan: {k: '2020-01-01T00:00:00Z'}}", []string{"k", "1577836799"}, true},
		{"{Bool: {k: true}}", []string{"k", "true"}, true},
		{"{Bool: {k: 'true'}}", []string{"k", "false"}, false},
		{"{BinaryEquals: {k: 'QUJD'}}", []string{"k", "QUJD"}, true},
		{"{IpAddress: {k: 10.0.0.0/8}}", []string{"k", "10.1.2.3"}, true},
		{"{IpAddress: {k: 2001:db8::/32}}", []string{"k", "2001:db8::1"}, true},
		{"{NotIpAddress: {k: 10.0.0.0/8}}", []string{"k", "10.1.2.3"}, false},
		{"{ArnLike: {k: 'arn:aws:s3:::b*'}}", []string{"k", "arn:aws:s3:::bucket"}, true},
		{"{ArnLike: {k: 'arn:aws:sns:*:1:*'}}", []string{"k", "arn:aws:sns:eu:2:1:x"}, false},
		{"{ArnEquals: {k: 'arn:aws:sns:*:1:t'}}", []string{"k", "arn:aws:sns:eu:1:t"}, true},
		{"{ArnNotLike: {k: 'arn:aws:sns:*:1:*'}}", []string{"k", "arn:aws:sns:eu:1:t"}, false},
		{"{'Null': {k: true}}", nil, true},
		{"{'Null': {k: true}}", []string{"k", "a"}, false},
		{"{'Null': {k: false}}", []string{"k", "a"}, true},
		{"{'ForAnyValue:StringEquals': {k: [a, b]}}", []string{"k", "x", "k", "b"}, true},
		{"{'ForAnyValue:StringEquals': {k: [a, b]}}", nil, false},
		{"{'ForAllValues:StringEquals': {k: [a, b]}}", []string{"k", "a", "k", "x"}, false},
		{"{'ForAllValues:StringEquals': {k: [a, b]}}", nil, true},
		{"{'ForAnyValue:StringNotEquals': {k: [a]}}", []string{"k", "a", "k", "x"}, true},
		{"{'ForAllValues:StringNotEquals': {k: [a]}}", []string{"k", "a", "k", "x"}, false},
		{"{StringEquals: {k: '${aws:username}'}}", []string{"k", "ann", "aws:username", "ann"}, true},
		{"{StringEquals: {k: '${aws:username}'}}", []string{"k", "ann"}, false},
		{"{StringEquals: {k: \"${aws:username, 'guest'}\"}}", []string{"k", "guest"}, true},
		{"{StringLike: {k: 'a${*}'}}", []string{"k", "a*"}, true},
		{"{StringLike: {k: 'a${*}'}}", []string{"k", "ab"}, false},
		{"{StringEquals: {k: a}, NumericEquals: {n: 1}}", []string{"k", "a", "n", "2"}, false},
	} {
		d := doc(t, "{Version: '2012-10-17', Statement: {Effect: Allow, Action: '*', Resource: '*', Condition: "+tt.condition+"}}")
		p := Policies{Identity: []*Document{d}}
		req := request("s3:GetObject", "arn:aws:s3:::b/k", tt.keys...)
		if got := p.Evaluate(req).Decision == Allowed; got != tt.want {
			t.Errorf("%s with %v: %v", tt.condition, tt.keys, got)
		}
	}
}

func TestEvaluate(t *testing.T) {
	parse := func(texts ...string) []*Document {
		var out []*Document
		for _, text := range texts {
			if !strings.Contains(text, "Version") {
				text = "{Version: '2012-10-17', Statement: " + text + "}"
			}
			out = append(out, doc(t, text))
		}
		return out
	}
	all := "{Effect: Allow, Action: '*', Resource: '*'}"
	for _, tt := range []struct {
		name string
		p    Policies
		req  *Request
		want Decision
	}{
		{"nothing", Policies{}, request("s3:GetObject", "arn:aws:s3:::b/k"), ImplicitDeny},
		{"allowed", Policies{Identity: parse("{Effect: Allow, Action: 's3:Get*', Resource: 'arn:aws:s3:::b/*'}")}, request("S3:getobject", "arn:aws:s3:::b/k"), Allowed},
		{"question mark", Policies{Identity: parse("{Effect: Allow, Action: 's3:GetObjec?', Resource: 'arn:aws:s3:::?/*'}")}, request("s3:GetObject", "arn:aws:s3:::b/k"), Allowed},
		{"other resource", Policies{Identity: parse("{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::c/*'}")}, request("s3:GetObject", "arn:aws:s3:::b/k"), ImplicitDeny},
		{"deny wins", Policies{Identity: parse(all, "{Effect: Deny, Action: 's3:*', Resource: '*'}")}, request("s3:GetObject", "arn:aws:s3:::b/k"), ExplicitDeny},
		{"not action", Policies{Identity: parse("{Effect: Allow, NotAction: 'iam:*', Resource: '*'}")}, request("s3:GetObject", "*"), Allowed},
		{"not action excepts", Policies{Identity: parse("{Effect: Allow, NotAction: 'iam:*', Resource: '*'}")}, request("iam:PassRole", "*"), ImplicitDeny},
		{"not resource", Policies{Identity: parse("{Effect: Allow, Action: '*', NotResource: 'arn:aws:s3:::b/*'}")}, request("s3:GetObject", "arn:aws:s3:::b/k"), ImplicitDeny},
		{"deny but for one", Policies{Identity: parse(all, "{Effect: Deny, Action: '*', NotResource: 'arn:aws:s3:::b/*'}")}, request("s3:GetObject", "arn:aws:s3:::b/k"), Allowed},
		{"boundary", Policies{Identity: parse(all), Boundary: parse("{Effect: Allow, Action: 'sqs:*', Resource: '*'}")}, request("s3:GetObject", "*"), ImplicitDeny},
		{"control policy", Policies{Identity: parse(all), Control: [][]*Document{parse(all), parse("{Effect: Allow, Action: 'sqs:*', Resource: '*'}")}}, request("s3:GetObject", "*"), ImplicitDeny},
		{"control policy denies", Policies{Identity: parse(all), Control: [][]*Document{parse(all, "{Effect: Deny, Action: 's3:*', Resource: '*'}")}}, request("s3:GetObject", "*"), ExplicitDeny},
		{"session policy", Policies{Identity: parse(all), Session: parse("{Effect: Allow, Action: 's3:PutObject', Resource: '*'}")}, request("s3:GetObject", "*"), ImplicitDeny},
		{"resource policy suffices in the account", Policies{Resource: parse("{Effect: Allow, Principal: {AWS: 'arn:aws:iam::111122223333:role/app'}, Action: 's3:*', Resource: '*'}")}, request("s3:GetObject", "*"), Allowed},
		{"principal excepted", Policies{Resource: parse("{Effect: Deny, NotPrincipal: {AWS: 'arn:aws:iam::111122223333:role/app'}, Action: 's3:*', Resource: '*'}"), Identity: parse(all)}, request("s3:GetObject", "*"), Allowed},
		{"variable in a resource", Policies{Identity: parse("{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::b/${aws:username}/*'}")}, request("s3:GetObject", "arn:aws:s3:::b/ann/k", "aws:username", "ann"), Allowed},
		{"variable missing", Policies{Identity: parse("{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::b/${aws:username}/*'}")}, request("s3:GetObject", "arn:aws:s3:::b/ann/k"), ImplicitDeny},
		{"old version takes it literally", Policies{Identity: parse("{Version: '2008-10-17', Statement: {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::b/${aws:username}'}}")}, request("s3:GetObject", "arn:aws:s3:::b/${aws:username}"), Allowed},
	} {
		if got := tt.p.Evaluate(tt.req); got.Decision != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got.Decision, tt.want)
		}
	}

	trust := Policies{Resource: parse("{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}"), ResourceDecides: true}
	req := &Request{Principal: Caller{Type: "Service", ID: "lambda.amazonaws.com"}, Action: "sts:AssumeRole"}
	if got := trust.Evaluate(req); got.Decision != Allowed {
		t.Errorf("trust: %v", got.Decision)
	}
	req.Principal.ID = "ec2.amazonaws.com"
	if got := trust.Evaluate(req); got.Decision != ImplicitDeny {
		t.Errorf("trust of another service: %v", got.Decision)
	}

	other := request("s3:GetObject", "arn:aws:s3:::b/k")
	other.Account = "999999999999"
	open := parse("{Effect: Allow, Principal: '*', Action: 's3:*', Resource: '*'}")
	cross := Policies{Resource: open}
	if got := cross.Evaluate(other); got.Decision != ImplicitDeny {
		t.Errorf("across accounts without identity policy: %v", got.Decision)
	}
	cross.Identity = parse(all)
	if got := cross.Evaluate(other); got.Decision != Allowed {
		t.Errorf("across accounts with both: %v", got.Decision)
	}
}

func TestEvaluateUnknown(t *testing.T) {
	d := doc(t, "{Version: '2012-10-17', Statement: {Effect: Allow, Action: 's3:*', Resource: '*', Condition: {StringEquals: {'aws:SourceVpce': v}}}}")
	p := Policies{Identity: []*Document{d}}
	req := request("s3:GetObject", "*")
	req.Context.Complete = false
	got := p.Evaluate(req)
	if got.Decision != Undecided || len(got.Left) != 1 || got.Left[0].Key != "aws:SourceVpce" {
		t.Errorf("%v, left %v", got.Decision, got.Left)
	}
	req.Resource = sub("arn:aws:s3:::${Bucket}/k")
	s := &Statement{Effect: "Allow", Allow: true, Actions: []Pattern{PatternOf("s3:*")}}
	for text, want := range map[string]Answer{"${Bucket.X}": Maybe, "arn:aws:s3:::${Bucket}/*": Yes, "arn:aws:s3:::b/*": Maybe, "arn:aws:s3:::b/k": Maybe, "arn:aws:s3:::b/x": No, "arn:aws:sqs:*": No} {
		s.Resources = []Pattern{NewPattern(sub(text))}
		if got := s.Matches(req); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

// Random policies over a small alphabet, for the properties below.
func genStatement(effect string) *rapid.Generator[*Statement] {
	return rapid.Custom(func(t *rapid.T) *Statement {
		s := &Statement{Effect: effect, Allow: effect == "Allow", variables: true}
		word := rapid.SampledFrom([]string{"*", "s3:*", "s3:Get*", "s3:GetObject", "sqs:*", "s?:Get*"})
		place := rapid.SampledFrom([]string{"*", "arn:aws:s3:::a/*", "arn:aws:s3:::*/x", "arn:aws:s3:::a/x", "arn:aws:s3:::${aws:username}/*"})
		for range rapid.IntRange(1, 3).Draw(t, "actions") {
			s.Actions = append(s.Actions, PatternOf(word.Draw(t, "action")))
		}
		for range rapid.IntRange(1, 3).Draw(t, "resources") {
			s.Resources = append(s.Resources, PatternOf(place.Draw(t, "resource")))
		}
		s.NotAction = rapid.Bool().Draw(t, "not action")
		s.NotResource = rapid.Bool().Draw(t, "not resource")
		if rapid.Bool().Draw(t, "conditional") {
			op := rapid.SampledFrom([]string{"StringEquals", "StringNotEquals", "StringLike", "Null"}).Draw(t, "operator")
			s.Conditions = []Condition{{Operator: op, Key: "k", Values: []*rind.Value{val(rapid.SampledFrom([]string{"true", "false", "a", "*"}).Draw(t, "value"))}}}
		}
		return s
	})
}

func genRequest() *rapid.Generator[*Request] {
	return rapid.Custom(func(t *rapid.T) *Request {
		r := request(rapid.SampledFrom([]string{"s3:GetObject", "s3:PutObject", "sqs:SendMessage", "iam:PassRole"}).Draw(t, "action"),
			rapid.SampledFrom([]string{"arn:aws:s3:::a/x", "arn:aws:s3:::b/x", "arn:aws:s3:::b/y"}).Draw(t, "resource"))
		if rapid.Bool().Draw(t, "has k") {
			r.Context.Values["k"] = []string{rapid.SampledFrom([]string{"a", "b"}).Draw(t, "k")}
		}
		if rapid.Bool().Draw(t, "has user") {
			r.Context.Values["aws:username"] = []string{"a"}
		}
		r.Context.Complete = rapid.Bool().Draw(t, "complete")
		return r
	})
}

func TestDenyAlwaysWins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		allows := rapid.SliceOfN(genStatement("Allow"), 0, 4).Draw(t, "allow")
		d := genStatement("Deny").Draw(t, "deny")
		req := genRequest().Draw(t, "request")
		p := Policies{Identity: []*Document{{Statements: append(allows, d)}}}
		if d.Matches(req) == Yes && p.Evaluate(req).Decision != ExplicitDeny {
			t.Fatal("a matching denial did not win")
		}
	})
}

func TestWideningNeverRemovesAccess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		allows := rapid.SliceOfN(genStatement("Allow"), 1, 4).Draw(t, "allow")
		denies := rapid.SliceOfN(genStatement("Deny"), 0, 2).Draw(t, "deny")
		more := genStatement("Allow").Draw(t, "more")
		req := genRequest().Draw(t, "request")
		base := append(append([]*Statement{}, allows...), denies...)
		before := (&Policies{Identity: []*Document{{Statements: base}}}).Evaluate(req).Decision
		after := (&Policies{Identity: []*Document{{Statements: append(base, more)}}}).Evaluate(req).Decision
		if before == Allowed && after != Allowed || before == Undecided && after == ImplicitDeny {
			t.Fatalf("%v became %v", before, after)
		}
	})
}

func TestKnowingMoreNeverContradicts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := append(rapid.SliceOfN(genStatement("Allow"), 1, 3).Draw(t, "allow"), rapid.SliceOfN(genStatement("Deny"), 0, 2).Draw(t, "deny")...)
		req := genRequest().Draw(t, "request")
		p := &Policies{Identity: []*Document{{Statements: s}}}
		req.Context.Complete = false
		before := p.Evaluate(req).Decision
		req.Context.Complete = true
		after := p.Evaluate(req).Decision
		if before != Undecided && (before == Allowed) != (after == Allowed) {
			t.Fatalf("%v became %v", before, after)
		}
	})
}

func TestTokensAgree(t *testing.T) {
	gen := rapid.StringMatching(`[ab*?]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		pattern := gen.Draw(t, "pattern")
		s := rapid.StringMatching(`[ab]{0,8}`).Draw(t, "text")
		p, x := text(nil, pattern, true), text(nil, s, false)
		want := Glob(pattern, s)
		if covers(p, x) != want || overlaps(p, x, false) != want || overlaps(x, p, true) != want {
			t.Fatalf("glob %v, covers %v, overlaps %v", want, covers(p, x), overlaps(p, x, false))
		}
		q := text(nil, gen.Draw(t, "other"), true)
		if overlaps(p, q, false) != overlaps(q, p, false) {
			t.Fatal("overlap is not symmetric")
		}
		if covers(p, q) && len(q) > 0 && !overlaps(p, q, false) {
			t.Fatal("covers without overlap")
		}
	})
}

func FuzzEvaluate(f *testing.F) {
	f.Add(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringLike":{"a:b":["${aws:username}"]}}}]}`, "s3:GetObject", "arn:aws:s3:::b/k", "a:b", "x")
	f.Fuzz(func(t *testing.T, policy, action, resource, key, value string) {
		v, err := source.ParseJSON("f", []byte(policy))
		if err != nil {
			return
		}
		d, err := Parse(v)
		if err != nil {
			return
		}
		for _, complete := range []bool{true, false} {
			req := request(action, resource, key, value)
			req.Context.Complete = complete
			p := Policies{Identity: []*Document{d}, Resource: []*Document{d}}
			p.Evaluate(req)
		}
		p := &Permissions{}
		p.addDocument(d, Attached{})
		Escalations(&rind.App{}, nil, p)
	})
}

func BenchmarkEvaluate(b *testing.B) {
	d := doc(b, "{Version: '2012-10-17', Statement: [{Effect: Allow, Action: ['s3:Get*', 's3:List*'], Resource: 'arn:aws:s3:::b/${aws:username}/*', Condition: {StringEquals: {'aws:SourceVpce': v}}}, {Effect: Deny, Action: 'iam:*', Resource: '*'}]}")
	p := Policies{Identity: []*Document{d}}
	req := request("s3:GetObject", "arn:aws:s3:::b/ann/k", "aws:username", "ann", "aws:SourceVpce", "v")
	for b.Loop() {
		if p.Evaluate(req).Decision != Allowed {
			b.Fatal("denied")
		}
	}
}

func BenchmarkEscalations(b *testing.B) {
	app := testApp(allow([]string{"s3:GetObject", "iam:PassRole", "lambda:*"}, "*"), allow("sqs:*", attr("Queue", "Arn")))
	role := app.Role("Role")
	p := PermissionsOf(app, role)
	for b.Loop() {
		Escalations(app, role, p)
	}
}
