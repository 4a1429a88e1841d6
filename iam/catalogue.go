package iam

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"rind/internal/iamdata/pack"
)

//go:generate go run ../internal/iamdata -out catalogue.bin

// catalogue holds the Service Authorization Reference; see NOTICE.md. Nothing
// of it is unpacked before somebody asks, and then only the service asked for.
//
//go:embed catalogue.bin
var catalogue []byte

// A Level is what kind of access an action gives, in AWS's own words.
type Level string

// The access levels.
const (
	Read                  Level = "Read"
	List                  Level = "List"
	Write                 Level = "Write"
	Tagging               Level = "Tagging"
	PermissionsManagement Level = "Permissions management"
)

// An Action is one action of the catalogue.
type Action struct {
	Service string // "s3"
	Name    string // "GetObject"
	Level   Level
	// Resources are the types of resource the action can be limited to;
	// none means that only "*" is possible.
	Resources []ResourceType
	// Keys are the condition keys that may be in the request context,
	// besides the global ones. A key may hold a placeholder:
	// "aws:ResourceTag/${TagKey}".
	Keys []string
	// Dependent are further actions that the caller needs.
	Dependent []string

	text, lower string // "s3:GetObject", "s3:getobject"
}

// A ResourceType is a kind of resource an action works on.
type ResourceType struct {
	Name     string
	ARN      string // "arn:${Partition}:s3:::${BucketName}/${ObjectName}"
	Required bool
}

// String is the action as policies write it: "s3:GetObject".
func (a *Action) String() string { return a.text }

// unlimited are actions that name a resource type, but whose caller cannot
// know the resource beforehand or for which AWS documents "*": the network
// interfaces Lambda makes in a VPC (Lambda Developer Guide, "Giving Lambda
// functions access to resources in an Amazon VPC") and custom metrics, which
// are limited by the condition key cloudwatch:namespace.
var unlimited = map[string]bool{
	"cloudwatch:putmetricdata":             true,
	"ec2:createnetworkinterface":           true,
	"ec2:deletenetworkinterface":           true,
	"ec2:assignprivateipaddresses":         true,
	"ec2:unassignprivateipaddresses":       true,
	"ec2:createnetworkinterfacepermission": true,
}

// ResourceLevel reports whether the action can be limited to resources in
// practice.
func (a *Action) ResourceLevel() bool {
	return len(a.Resources) > 0 && !unlimited[a.lower]
}

// A service is an unpacked service of the catalogue.
type service struct {
	actions []Action          // sorted by lower
	lower   []string          // names in lower case
	arns    map[string]string // of resource types, by name
	others  []form            // ARNs of resources unlike any other; see elsewhere
}

var index = sync.OnceValue(func() *pack.Index {
	x, err := pack.Open(catalogue)
	if err != nil {
		panic(err) // embedded at build time: the build is broken
	}
	return x
})

// services caches what was unpacked, by name. A missing service is cached as
// nil.
var services sync.Map

func unpacked(name string) *service {
	if s, ok := services.Load(name); ok {
		return s.(*service)
	}
	var s *service
	packed, err := index().Service(name)
	if err != nil {
		panic(err) // embedded at build time: the build is broken
	}
	if packed != nil {
		s = newService(packed)
	}
	stored, _ := services.LoadOrStore(name, s)
	return stored.(*service)
}

func newService(p *pack.Service) *service {
	levels := map[byte]Level{'R': Read, 'L': List, 'W': Write, 'T': Tagging, 'P': PermissionsManagement}
	arns := make(map[string]string, len(p.Resources))
	for _, r := range p.Resources {
		arns[r.Name] = r.ARN
		arns[strings.ToLower(r.Name)] = r.ARN
	}
	s := &service{actions: make([]Action, len(p.Actions)), lower: make([]string, len(p.Actions)), arns: arns}
	for i, a := range p.Actions {
		s.lower[i] = strings.ToLower(a.Name)
		s.actions[i] = Action{Service: p.Name, Name: a.Name, Level: levels[a.Level], Keys: a.Keys, Dependent: a.Dependent}
		s.actions[i].text = p.Name + ":" + a.Name
		s.actions[i].lower = p.Name + ":" + s.lower[i]
		for _, u := range a.Resources {
			s.actions[i].Resources = append(s.actions[i].Resources, ResourceType{Name: u.Name, ARN: arns[u.Name], Required: u.Required})
		}
	}
	s.others = elsewhere(s.arns)
	return s
}

// Services returns the names of all services of the catalogue, sorted.
func Services() []string { return index().Names() }

// Lookup finds an action such as Lookup("s3", "GetObject"), ignoring case.
func Lookup(service, name string) (*Action, bool) {
	s := unpacked(strings.ToLower(service))
	if s == nil {
		return nil, false
	}
	i, ok := slices.BinarySearch(s.lower, strings.ToLower(name))
	if !ok {
		return nil, false
	}
	return &s.actions[i], true
}

// LookupAction finds an action written as policies write it, "s3:GetObject".
func LookupAction(text string) (*Action, bool) {
	service, name, ok := strings.Cut(text, ":")
	if !ok {
		return nil, false
	}
	return Lookup(service, name)
}

// Expand returns the actions that a pattern such as "s3:Get*" matches, in the
// order of their names. "*" unpacks the whole catalogue, which takes some ten
// milliseconds the first time.
func Expand(pattern string) []*Action {
	prefix, name, ok := strings.Cut(strings.ToLower(pattern), ":")
	if !ok {
		if strings.Trim(pattern, "*") != "" || pattern == "" {
			return nil
		}
		name = "*"
	}
	if ok && !strings.ContainsAny(prefix+name, "*?") {
		if a, ok := Lookup(prefix, name); ok {
			return []*Action{a}
		}
		return nil
	}
	names := []string{prefix}
	if strings.ContainsAny(prefix, "*?") {
		names = Services()
	}
	var out []*Action
	for _, n := range names {
		if !Glob(prefix, n) {
			continue
		}
		s := unpacked(n)
		if s == nil {
			continue
		}
		for i, lower := range s.lower {
			if Glob(name, lower) {
				out = append(out, &s.actions[i])
			}
		}
	}
	return out
}

// ResourceLevel reports whether an action ("logs:DescribeLogGroups") can be
// limited to resources. Where it cannot, a "*" resource is the only choice
// and no fault. A pattern can be limited if one of its actions can. An
// unknown action is taken to be limitable.
func ResourceLevel(action string) bool {
	actions := Expand(action)
	for _, a := range actions {
		if a.ResourceLevel() {
			return true
		}
	}
	return len(actions) == 0
}
