package cdk

import (
	"regexp"
	"strings"

	"rind/rind"
	"rind/template/source"
)

// notes completes resolved resources with what the assembly knows of them.
type notes struct {
	tree   *source.Tree
	dir    string
	paths  map[string][]string
	assets *assets
	done   map[*rind.Resource]bool // variants share resources
}

func (n *notes) annotate(app *rind.App) {
	scopes := map[string]string{} // construct path of a nested stack, by its ID
	for _, r := range app.Resources {
		if !n.done[r] {
			n.done[r] = true
			if r.Path == "" {
				r.Path = n.path(r.ID, scopes)
			}
			r.Generated = r.Generated || generated(r)
			n.code(r)
		}
		if r.Type == "AWS::CloudFormation::Stack" {
			scopes[r.ID] = scope(r.Path)
		}
	}
}

// scope turns "Main/Inner.NestedStack/Inner.NestedStackResource" into
// "Main/Inner/", where the constructs of the nested stack are.
func scope(p string) string {
	before, _, ok := strings.Cut(p, ".NestedStack/")
	if !ok {
		return ""
	}
	return before + "/"
}

// path finds the construct path of a logical ID. Two nested stacks may use
// the same ID; then the one below the right construct counts.
func (n *notes) path(id string, scopes map[string]string) string {
	parent, last := "", id
	if i := strings.LastIndexByte(id, '/'); i >= 0 {
		parent, last = id[:i], id[i+1:]
	}
	found := n.paths[last]
	if within := scopes[parent]; parent != "" && within != "" {
		for _, p := range found {
			if strings.HasPrefix(p, within) {
				return p
			}
		}
	}
	if len(found) > 0 {
		return found[0]
	}
	return ""
}

// code notes the asset of a function or layer.
func (n *notes) code(r *rind.Resource) {
	var where []*rind.Value
	switch r.Type {
	case "AWS::Lambda::Function":
		where = []*rind.Value{r.Get("Code", "S3Key"), r.Get("Code", "ImageUri")}
	case "AWS::Lambda::LayerVersion":
		where = []*rind.Value{r.Get("Content", "S3Key")}
	default:
		return
	}
	if meta := r.Attributes.Get("Metadata"); strings.HasPrefix(meta.Get("aws:asset:property").Str(), "Co") {
		if r.Code = written(n.tree, n.dir, meta.Get("aws:asset:path").Str()); r.Code != "" {
			return
		}
	}
	for _, v := range where {
		if v == nil {
			continue
		}
		if at := n.assets.find(v.Text); at != "" && n.tree.Exists(at) {
			r.Code = at
			return
		}
	}
}

// helpers match the construct IDs under which the construct library makes
// functions, roles and policies for its own custom resources. A provider that
// a user names is not among them, but the framework functions inside it are.
// Taken from assemblies synthesized with aws-cdk-lib 2.
var helpers = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a`,
	`BucketNotificationsHandler050a0587b7544547bf325f094a3db834`,
	`AWS679f53fac002430cb0da5b7982bd2287`,
	`Custom::CDK.*`, `Custom::AWSCDK.*`, `Custom::Cross(?:Region|Account).*`,
	`Custom::(?:S3AutoDeleteObjects|VpcRestrictDefaultSG|ECRAutoDeleteImages|DynamoDBReplica|DeleteExistingRecordSet|DescribeCognitoUserPoolClient)(?:CustomResourceProvider)?.*`,
	`AWSCDK.*CustomResourceProvider.*`,
	`framework-(?:onEvent|isComplete|onTimeout)`, `waiter-state-machine`,
	`@aws-cdk--.*`, `AwsCliLayer`, `SourceTableAttachedManagedPolicy-.*`, `CDKMetadata`,
}, "|") + `)$`)

// helperIDs match the logical IDs of the same, where no path is known.
var helperIDs = regexp.MustCompile(`(?:^|/)(?:LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a|BucketNotificationsHandler050a0587b7544547bf325f094a3db834|` +
	`AWS679f53fac002430cb0da5b7982bd2287|CustomCDK|CustomAWSCDK|CustomCross(?:Region|Account)|` +
	`Custom(?:S3AutoDeleteObjects|VpcRestrictDefaultSG|ECRAutoDeleteImages|DynamoDBReplica)CustomResourceProvider|AWSCDKCfnUtils|awscdkaws\w+Provider|` +
	`\w*framework(?:onEvent|isComplete|onTimeout)(?:[0-9A-F]{8}$|ServiceRole)|\w*waiterstatemachine(?:[0-9A-F]{8}$|Role))`)

// generated reports whether the construct library made r for itself.
func generated(r *rind.Resource) bool {
	if r.Type == "AWS::CDK::Metadata" {
		return true
	}
	if r.Path == "" {
		return helperIDs.MatchString(r.ID)
	}
	before := ""
	for s := range strings.SplitSeq(r.Path, "/") {
		if helpers.MatchString(s) || before == "Notifications" && s == "HandlerPolicy" {
			return true
		}
		before = s
	}
	return false
}
