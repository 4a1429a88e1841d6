package event_test

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"rind/event"
)

// known are fields of aws-lambda-go that no event has.
var known = map[string]string{
	"S3Event Records[].restoreEventData.lifecycleRestorationExpiryTime": "lies in glacierEventData",
	"S3Event Records[].restoreEventData.lifecycleRestoreStorageClass":   "lies in glacierEventData",
}

// TestGoTypes compares the table with the structs of aws-lambda-go, which AWS
// maintains: every field that has a JSON name must be in the table.
func TestGoTypes(t *testing.T) {
	for _, v := range []any{
		events.APIGatewayProxyRequest{},
		events.APIGatewayV2HTTPRequest{},
		events.APIGatewayWebsocketProxyRequest{},
		events.APIGatewayCustomAuthorizerRequest{},
		events.APIGatewayCustomAuthorizerRequestTypeRequest{},
		events.APIGatewayV2CustomAuthorizerV1Request{},
		events.APIGatewayV2CustomAuthorizerV2Request{},
		events.LambdaFunctionURLRequest{},
		events.ALBTargetGroupRequest{},
		events.AppSyncLambdaAuthorizerRequest{},
		events.CognitoEvent{},
		events.CognitoEventUserPoolsPreSignup{},
		events.CognitoEventUserPoolsPreAuthentication{},
		events.CognitoEventUserPoolsPostConfirmation{},
		events.CognitoEventUserPoolsPostAuthentication{},
		events.CognitoEventUserPoolsPreTokenGen{},
		events.CognitoEventUserPoolsPreTokenGenV2_0{},
		events.CognitoEventUserPoolsMigrateUser{},
		events.CognitoEventUserPoolsCustomMessage{},
		events.CognitoEventUserPoolsDefineAuthChallenge{},
		events.CognitoEventUserPoolsCreateAuthChallenge{},
		events.CognitoEventUserPoolsVerifyAuthChallenge{},
		events.CognitoEventUserPoolsInboundFederation{},
		events.S3Event{},
		events.S3ObjectLambdaEvent{},
		events.S3BatchJobEvent{},
		events.S3BatchJobEventV2{},
		events.SNSEvent{},
		events.SQSEvent{},
		events.KinesisEvent{},
		events.KinesisTimeWindowEvent{},
		events.KinesisFirehoseEvent{},
		events.DynamoDBEvent{},
		events.DynamoDBTimeWindowEvent{},
		events.CloudWatchEvent{},
		events.CloudwatchLogsEvent{},
		events.SimpleEmailEvent{},
		events.IoTCoreCustomAuthorizerRequest{},
		events.IoTPreProvisionHookRequest{},
		events.KafkaEvent{},
		events.ActiveMQEvent{},
		events.RabbitMQEvent{},
		events.LexEvent{},
		events.CodePipelineJobEvent{},
		events.ConfigEvent{},
	} {
		typ := reflect.TypeOf(v)
		name := "github.com/aws/aws-lambda-go/events." + typ.Name()
		kinds := event.TypeKinds(name)
		if kinds == nil {
			t.Errorf("TypeKinds(%s) is not known", name)
			continue
		}
		walk(typ, "", map[reflect.Type]int{}, func(path, goPath string) {
			if known[typ.Name()+" "+path] != "" {
				return
			}
			if f, ok := event.Lookup(kinds, path); !ok {
				t.Errorf("%s: %s is not in the table of %s", typ.Name(), path, kinds)
			} else if g, ok := event.Lookup(kinds, goPath); !ok || g.Path != f.Path {
				t.Errorf("%s: Go's %s gives %q instead of %q", typ.Name(), goPath, g.Path, f.Path)
			}
		})
	}
}

var (
	unmarshaler     = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// walk yields the path of every leaf of a type, by JSON and by Go names.
func walk(typ reflect.Type, path string, seen map[reflect.Type]int, yield func(path, goPath string)) {
	walkBoth(typ, path, path, seen, yield)
}

func walkBoth(typ reflect.Type, path, goPath string, seen map[reflect.Type]int, yield func(path, goPath string)) {
	leaf := reflect.PointerTo(typ).Implements(unmarshaler) || reflect.PointerTo(typ).Implements(textUnmarshaler)
	switch {
	case leaf && typ.Kind() != reflect.Struct, typ == reflect.TypeFor[events.DynamoDBAttributeValue](), typ.PkgPath() == "time":
		yield(path, goPath)
	case typ.Kind() == reflect.Pointer:
		walkBoth(typ.Elem(), path, goPath, seen, yield)
	case typ.Kind() == reflect.Slice && typ.Elem().Kind() != reflect.Uint8:
		walkBoth(typ.Elem(), path+"[]", goPath+"[]", seen, yield)
	case typ.Kind() == reflect.Map:
		walkBoth(typ.Elem(), path+".*", goPath+".*", seen, yield)
	case typ.Kind() == reflect.Struct && seen[typ] < 2 && typ.NumField() > 0:
		seen[typ]++
		defer func() { seen[typ]-- }()
		fields := 0
		for i := range typ.NumField() {
			f := typ.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch {
			case f.Anonymous && name == "":
				walkBoth(f.Type, path, goPath, seen, yield)
			case name != "" && name != "-":
				fields++
				walkBoth(f.Type, strings.TrimPrefix(path+"."+bracketed(name), "."), strings.TrimPrefix(goPath+"."+f.Name, "."), seen, yield)
			}
		}
		if fields == 0 && leaf {
			yield(path, goPath)
		}
	default:
		yield(path, goPath)
	}
}

func bracketed(name string) string {
	if strings.Contains(name, ".") {
		return `["` + name + `"]`
	}
	return name
}
