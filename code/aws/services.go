// Package aws recognises calls of the AWS SDKs: given the name of a function
// outside of the app and its arguments, it tells which operation of which
// service is called with which parameters, what is read or written, and which
// parameters must not be under an attacker's control.
//
// It knows boto3 and aioboto3 (clients, resources, collections, paginators,
// waiters, transfers), the AWS SDK for JavaScript 2 and 3 with lib-dynamodb,
// lib-storage and presigners, for Go 1 and 2, for Java 1 and 2 with the
// enhanced DynamoDB client and the transfer manager, and the parts of
// Powertools and middy that call AWS themselves. It calls nothing and guesses
// no operation: a name that no service has is no call.
//
// Facts come from the SDKs' own service models (sdk.bin, see NOTICE.md) and
// references.
package aws

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"rind/internal/awsdata/pack"
)

//go:generate go run ../../internal/awsdata -out sdk.bin

//go:embed sdk.bin
var sdk []byte

var index = sync.OnceValue(func() *pack.Index {
	x, err := pack.Open(sdk)
	if err != nil {
		panic(err) // embedded at build time: the build is broken
	}
	return x
})

// A Service is a service as the SDKs know it.
type Service struct {
	Name string // boto3's name of the client: "stepfunctions"
	ID   string // "SFN"
	// lower tells that parameters begin with a lower-case letter.
	lower      bool
	operations map[string]string // by plain name
	waiters    map[string]string // operation by plain name
	resources  map[string]*pack.Resource
}

var services sync.Map // by name; nil if missing

// service returns a service by boto3's name, or nil.
func service(name string) *Service {
	if s, ok := services.Load(name); ok {
		return s.(*Service)
	}
	packed, err := index().Service(name)
	if err != nil {
		panic(err) // embedded at build time: the build is broken
	}
	var s *Service
	if packed != nil {
		s = &Service{
			Name: packed.Name, ID: packed.ID, lower: packed.Lower, operations: map[string]string{},
			waiters: map[string]string{}, resources: map[string]*pack.Resource{},
		}
		for _, op := range packed.Operations {
			s.operations[plain(op)] = op
		}
		for _, w := range packed.Waiters {
			s.waiters[plain(w.Name)] = w.Operation
		}
		for i := range packed.Resources {
			s.resources[packed.Resources[i].Name] = &packed.Resources[i]
		}
	}
	stored, _ := services.LoadOrStore(name, s)
	return stored.(*Service)
}

// plain is a name without case and separators: list_objects_v2, listObjectsV2
// and ListObjectsV2 are the same.
func plain(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(name))
}

// operation returns the operation with a name in any spelling, or "".
func (s *Service) operation(name string) string {
	if s == nil {
		return ""
	}
	return s.operations[plain(name)]
}

// param spells a parameter as the API does, given it in any SDK's spelling.
func (s *Service) param(name string) string {
	if name == "" || s == nil {
		return name
	}
	if s.lower {
		return strings.ToLower(name[:1]) + name[1:]
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// aliases are names of services in other SDKs that their identifiers do not
// give, in plain spelling.
var aliases = map[string]string{
	"cloudwatchevents": "events", "dynamodbv2": "dynamodb", "simplesystemsmanagement": "ssm", "simpleemail": "ses",
	"simpleemailv2": "sesv2", "kinesisfirehose": "firehose", "cognitoidp": "cognito-idp",
	"cognitoidentityserviceprovider": "cognito-idp", "rdsdataservice": "rds-data", "lexruntimev2": "lexv2-runtime", "elasticfilesystem": "efs",
	"applicationdiscovery": "discovery", "awsxray": "xray", "securitytoken": "sts", "simpledb": "sdb", "elasticmapreduce": "emr",
	"elasticloadbalancing": "elb", "elasticloadbalancingv2": "elbv2", "identitymanagement": "iam", "monitoring": "cloudwatch",
	"simpleworkflow": "swf", "costandusagereport": "cur", "marketplacemetering": "meteringmarketplace", "awshealth": "health",
	"forecastqueryservice": "forecastquery", "lexmodelbuilding": "lex-models", "servermigration": "sms", "databasemigrationservice": "dms",
	"elasticsearchservice": "es", "iotdata": "iot-data", "iotjobsdataplane": "iot-jobs-data",
	"augmentedairuntime": "sagemaker-a2i-runtime", "prometheusservice": "amp", "managedgrafana": "grafana", "locationservice": "location",
	"transcribeservice": "transcribe", "connectwisdomservice": "wisdom", "costexplorer": "ce", "logs": "logs", "cloudwatchlogs": "logs",
}

// names maps the plain names of all services: boto3's, their identifiers and
// the aliases.
var names = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for i, n := range index().Names {
		m[plain(index().IDs[i])] = n
	}
	for _, n := range index().Names {
		m[plain(n)] = n
	}
	for a, n := range aliases {
		m[a] = n
	}
	return m
})

// byName returns a service by its name in any SDK, or nil: "DynamoDB",
// "cloudwatch-logs", "sfn", "SecretsManager".
func byName(name string) *Service {
	p := plain(name)
	for _, prefix := range []string{"", "amazon", "aws"} {
		for _, end := range []string{"", "service"} {
			if n, ok := names()[strings.TrimSuffix(strings.TrimPrefix(p, prefix), end)]; ok {
				return service(n)
			}
		}
	}
	return nil
}

// Services lists the names of all services, sorted.
func Services() []string { return slices.Sorted(slices.Values(index().Names)) }
