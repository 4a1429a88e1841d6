package policy

import (
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

// A seal is how a service encrypts what a call writes or reads: the caller
// needs the key, too, unless the key is AWS's own.
type seal struct {
	write, read []string // actions on the key
	// key are the paths of the key in the resource's properties.
	key [][]string
	// always tells that KMS is the only encryption the service has, so that a
	// resource that is not in the app may well be encrypted with a key of the
	// account.
	always bool
}

// seals are the services where the caller needs the key, by the prefix of
// their actions. From the "encryption at rest" pages of their developer
// guides.
var seals = map[string]seal{
	"s3": {
		write: []string{"kms:GenerateDataKey"}, read: []string{"kms:Decrypt"},
		key: [][]string{{"BucketEncryption", "ServerSideEncryptionConfiguration", "ServerSideEncryptionByDefault", "KMSMasterKeyID"}},
	},
	"sqs":            {write: []string{"kms:GenerateDataKey", "kms:Decrypt"}, read: []string{"kms:Decrypt"}, key: [][]string{{"KmsMasterKeyId"}}},
	"sns":            {write: []string{"kms:GenerateDataKey", "kms:Decrypt"}, key: [][]string{{"KmsMasterKeyId"}}, always: true},
	"dynamodb":       {write: []string{"kms:Decrypt"}, read: []string{"kms:Decrypt"}, key: [][]string{{"SSESpecification", "KMSMasterKeyId"}}},
	"kinesis":        {write: []string{"kms:GenerateDataKey"}, read: []string{"kms:Decrypt"}, key: [][]string{{"StreamEncryption", "KeyId"}}, always: true},
	"secretsmanager": {write: []string{"kms:GenerateDataKey", "kms:Decrypt"}, read: []string{"kms:Decrypt"}, key: [][]string{{"KmsKeyId"}}, always: true},
	"ssm":            {write: []string{"kms:Encrypt"}, read: []string{"kms:Decrypt"}, always: true},
	"states":         {write: []string{"kms:GenerateDataKey", "kms:Decrypt"}, read: []string{"kms:Decrypt"}, key: [][]string{{"EncryptionConfiguration", "KmsKeyId"}}},
	"events":         {write: []string{"kms:GenerateDataKey", "kms:Decrypt"}, key: [][]string{{"KmsKeyIdentifier"}}},
}

// sealed are the actions that write and read encrypted content.
var sealed = map[string]byte{
	"s3:PutObject": 'w', "s3:GetObject": 'r', "s3:GetObjectVersion": 'r',
	"sqs:SendMessage": 'w', "sqs:ReceiveMessage": 'r', "sns:Publish": 'w',
	"dynamodb:PutItem": 'w', "dynamodb:UpdateItem": 'w', "dynamodb:DeleteItem": 'w', "dynamodb:BatchWriteItem": 'w',
	"dynamodb:GetItem": 'r', "dynamodb:Query": 'r', "dynamodb:Scan": 'r', "dynamodb:BatchGetItem": 'r',
	"dynamodb:ConditionCheckItem": 'r', "dynamodb:GetRecords": 'r', "dynamodb:PartiQLSelect": 'r',
	"dynamodb:PartiQLInsert": 'w', "dynamodb:PartiQLUpdate": 'w', "dynamodb:PartiQLDelete": 'w',
	"kinesis:PutRecord": 'w', "kinesis:PutRecords": 'w', "kinesis:GetRecords": 'r', "kinesis:SubscribeToShard": 'r',
	"secretsmanager:GetSecretValue": 'r', "secretsmanager:PutSecretValue": 'w', "secretsmanager:CreateSecret": 'w', "secretsmanager:UpdateSecret": 'w',
	"ssm:GetParameter": 'r', "ssm:GetParameters": 'r', "ssm:GetParametersByPath": 'r', "ssm:GetParameterHistory": 'r', "ssm:PutParameter": 'w',
	"states:StartExecution": 'w', "events:PutEvents": 'w',
}

// encryption adds what the key of an encrypted resource needs.
func (b *builder) encryption(a *iam.Action, c *rind.Call, t target) {
	way := sealed[a.String()]
	s := seals[a.Service]
	actions := s.read
	if way == 'w' {
		actions = s.write
	}
	if way == 0 || len(actions) == 0 {
		return
	}
	why := "the key of what " + c.Service + " " + c.Operation + " reaches"
	if a.Service == "ssm" && !secure(c, way) {
		return
	}
	if own := firstOf(find(c, "SSEKMSKeyId"), find(c, "KmsKeyId")); own != nil && way == 'w' {
		b.keyNeeds(actions, a.Service, own, why, c.Span, false)
		return
	}
	if t.resource == nil {
		if s.always {
			b.keyNeeds(actions, a.Service, nil, why+", if it has one", c.Span, true)
		}
		return
	}
	for _, path := range s.key {
		if v := deep(t.resource.Properties, path); v.Present() {
			b.keyNeeds(actions, a.Service, v, why, c.Span, false)
		}
	}
}

// secure reports whether a call of Parameter Store decrypts or encrypts.
func secure(c *rind.Call, way byte) bool {
	if way == 'w' {
		v := param(c, "Type")
		return v.Is("SecureString") || v.Symbolic()
	}
	v := param(c, "WithDecryption")
	return v.True() || v.Symbolic()
}

func firstOf(lists ...[]*rind.Value) *rind.Value {
	for _, l := range lists {
		if len(l) > 0 {
			return l[0]
		}
	}
	return nil
}

// deep follows a path of properties, through lists.
func deep(v *rind.Value, path []string) *rind.Value {
	for _, name := range path {
		if v != nil && v.Kind == rind.List {
			v = v.At(0)
		}
		v = v.Get(name)
	}
	return v
}

// keyNeeds adds actions on a key that only a service may ask for on the
// function's behalf. Keys that AWS manages need nothing: their policies let in
// whoever may use the service.
func (b *builder) keyNeeds(actions []string, service string, id *rind.Value, why string, span rind.Span, possible bool) {
	conditions := []Condition{viaService(service)}
	resource := b.expand(iam.ARNForm("kms", "key"), nil)
	wide := ""
	switch {
	case id == nil:
		wide = "the key is not known"
	case strings.HasPrefix(id.Text, "alias/aws/"), strings.Contains(id.Text, ":alias/aws/"), id.Is("true", "false"):
		return
	case strings.HasPrefix(id.Text, "alias/"):
		conditions = append(conditions, Condition{"ForAnyValue:StringEquals", "kms:ResourceAliases", []*rind.Value{id}})
	default:
		if r := b.resource(id); r != nil && r.Type == "AWS::KMS::Alias" {
			id = r.Get("TargetKeyId")
		}
		a, _ := iam.LookupAction(actions[0])
		f := &filler{builder: b, action: a, call: &rind.Call{}, given: []*rind.Value{id}, named: "KeyId"}
		for _, t := range a.Resources {
			if x := f.fill(t); len(x) == 1 {
				resource, wide = x[0].arn, x[0].wide
			}
		}
	}
	for _, a := range actions {
		b.add(&Need{Action: a, Resource: resource, Condition: slices.Clone(conditions), Why: why, Span: span, Wide: wide, Possible: possible})
	}
}

// viaService limits a key to requests that come through a service.
// StringLike, for where the region is not known.
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
func viaService(service string) Condition {
	text := []rind.Part{
		{Text: service + "."},
		{Ref: &rind.Ref{Kind: rind.RefPseudo, Name: "AWS::Region"}},
		{Text: ".amazonaws.com"},
	}
	return Condition{"StringLike", "kms:ViaService", []*rind.Value{rind.Join(text, nil, rind.Span{})}}
}

// assumers are services whose parameters name roles that are used, not passed.
var assumers = []string{"bedrock-runtime", "bedrock-agent-runtime", "sts", "iam", "sso", "cognito-identity", "organizations", "ram", "s3control"}

// passRole adds iam:PassRole for roles that the call hands to a service.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
func (b *builder) passRole(c *rind.Call, title string) {
	if slices.Contains(assumers, c.Service) {
		return
	}
	a, ok := iam.Lookup(Prefix(c.Service), c.Operation)
	if ok && a.Level != iam.Write && a.Level != iam.PermissionsManagement && a.Level != iam.Tagging {
		return
	}
	pass, _ := iam.Lookup("iam", "PassRole")
	for _, v := range b.roles(c) {
		f := &filler{builder: b, action: pass, call: &rind.Call{}, given: []*rind.Value{v}, named: "role"}
		for _, t := range f.fill(pass.Resources[0]) {
			b.add(&Need{Action: "iam:PassRole", Resource: t.arn, Why: title + " hands over a role", Span: c.Span, Wide: t.wide})
		}
	}
}

// roles returns the parameters of a call that are roles.
func (b *builder) roles(c *rind.Call) []*rind.Value {
	var out []*rind.Value
	for name, v := range c.Params {
		v := rind.NewMap(rind.Span{}, rind.Field{Key: name, Value: v})
		v.Walk(func(path string, x *rind.Value) bool {
			last := path[strings.LastIndexByte(path, '.')+1:]
			if (strings.EqualFold(path, "role") || strings.HasSuffix(strings.ToLower(last), "rolearn")) &&
				x.Present() && (x.Kind == rind.String || x.Kind == rind.Symbol) {
				out = append(out, x)
			}
			return strings.Count(path, ".") < maxDepth
		})
	}
	slices.SortFunc(out, func(a, b *rind.Value) int { return strings.Compare(key(a), key(b)) })
	return slices.CompactFunc(out, func(a, b *rind.Value) bool { return key(a) == key(b) })
}
