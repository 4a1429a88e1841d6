package weak

import (
	"regexp"
	"slices"
	"strings"

	"rind/code/flow"
	"rind/code/ir"
	"rind/rind"
)

// printers are functions that write to the log: Lambda takes standard output
// for it.
var printers = regexp.MustCompile(`^(?:print|pprint\.pprint|console\.\w+|sys\.std(?:out|err)\.write|process\.std(?:out|err)\.write|fmt\.(?:Print|Printf|Println)|log\.(?:Print|Printf|Println|Fatal|Fatalf|Fatalln|Panic|Panicf)|java\.lang\.System\.(?:out|err)\.\w+|util\.log)$`)

var levels = strings.Fields("debug info warn warning error critical exception log trace fatal notice verbose silly debugf infof warnf errorf Debug Info Warn Error Debugf Infof Warnf Errorf Trace Fatal infow errorw")

var loggerName = regexp.MustCompile(`(?i)log|winston|pino|bunyan|zap|zerolog|signale`)

// logs reports whether a call writes its arguments to the log.
func logs(name string) bool {
	if printers.MatchString(name) {
		return name != "console.time" && name != "console.timeEnd" && name != "console.assert"
	}
	last := segment(name)
	return slices.Contains(levels, last) && loggerName.MatchString(strings.TrimSuffix(name, last))
}

// logged looks at what is written to the log.
func (o *Observer) logged(c *flow.Call) {
	if !logs(c.Name) {
		return
	}
	exprs := c.Exprs()
	for i, v := range c.Args() {
		switch {
		case secretIn(c, v) && !plainName(exprs[i]):
			c.Weakness(ruleSecretLogged, "a value from a store of secrets is written to the log", rind.ConfidenceHigh, labels(c.Marks(v, flow.MarkSecret)))
		case slices.ContainsFunc(c.Outs(v), isEnvironment), len(c.Marks(v, flow.MarkEnv)) > 0:
			c.Weakness(ruleEnvLogged, "the whole environment, with the function's credentials in it, is written to the log", rind.ConfidenceHigh, nil)
		case c.WholeEvent(v):
			if r, why := requestEvent(c); r {
				c.Weakness(ruleRequestLogged, "the whole request is written to the log: "+why, rind.ConfidenceHigh, nil)
			} else {
				c.Weakness(ruleEventLogged, "the whole event is written to the log", rind.ConfidenceHigh, nil)
			}
		default:
			o.loggedName(c, v, exprs[i])
		}
	}
}

// secretIn reports whether v holds a secret and not only what is told about
// it.
func secretIn(c *flow.Call, v *flow.Value) bool {
	for _, m := range c.Marks(v, flow.MarkSecret) {
		switch segment(m.Path) {
		case "ARN", "Name", "VersionId", "CreatedDate", "ResponseMetadata", "VersionStages", "Type", "Version", "DataType", "LastModifiedDate", "KeyId", "HTTPStatusCode", "AssumedRoleUser", "Arn", "Expiration":
		default:
			return true
		}
	}
	return false
}

// plainName reports whether an expression is a part of a secret that is none
// by its name: whom it is for, where it is used.
func plainName(x ir.Expr) bool {
	n := 0
	plain := true
	printed(x, func(name string) {
		n++
		plain = plain && harmlessPart.MatchString(name)
	})
	return n > 0 && plain
}

var harmlessPart = regexp.MustCompile(`(?i)^(?:db_?|rds_?)?(?:user(?:_?name)?|host(?:_?name)?|port|db_?name|database|engine|endpoint|url|region)$`)

// requestEvent reports whether the event is an HTTP request, whose headers may
// hold credentials.
func requestEvent(c *flow.Call) (bool, string) {
	f := c.Function()
	if f == nil {
		return false, ""
	}
	for _, t := range f.Triggers {
		if t.Kind.HTTP() {
			return true, "its headers hold cookies and tokens, its body what people typed"
		}
	}
	return false, ""
}

func labels(marks []flow.Mark) []rind.Label {
	for _, m := range marks {
		if len(m.Flow) > 0 {
			return m.Flow[:1]
		}
	}
	return nil
}

// secretWord matches names of variables that hold a secret; describedWord
// those that only tell about one.
var (
	secretWord    = regexp.MustCompile(`(?i)(?:password|passwd|passphrase|secret|api_?key|private_?key|access_?key|access_?token|auth_?token|id_?token|refresh_?token|credential|jwt|bearer)s?(?:_?\d+|_?value|_?string)?$`)
	describedWord = regexp.MustCompile(`^(?i:has|is|no|missing|invalid|num|count|max|next|valid|show|use|with)(?:_|[A-Z])`)
	constantName  = regexp.MustCompile(`^[A-Z][A-Z0-9_]*(?:KEY|SECRET|TOKEN|PASSWORD)[A-Z0-9_]*$`)
)

// loggedName looks at the names of what is written to the log.
func (o *Observer) loggedName(c *flow.Call, v *flow.Value, x ir.Expr) {
	name := ""
	printed(x, func(n string) {
		if secretWord.MatchString(n) && (name == "" || len(n) > len(name)) {
			name = n
		}
	})
	setting := c.Setting(v)
	switch {
	case name != "" && !describedWord.MatchString(name) && worthHiding(c, v):
		c.Weakness(ruleSecretLogged, name+" is written to the log", rind.ConfidenceMedium, nil)
	case setting != "" && secretWord.MatchString(setting):
		c.Weakness(ruleSecretLogged, "the environment variable "+setting+" is written to the log", rind.ConfidenceMedium, nil)
	case setting != "":
		c.Weakness(ruleSettingLogged, "the environment variable "+setting+" is written to the log", rind.ConfidenceLow, nil)
	default:
		if id, ok := x.(*ir.Var); ok && constantName.MatchString(id.Name) {
			if s, known := c.Text(v); known && len(s) > 3 {
				c.Weakness(ruleSettingLogged, "the constant "+id.Name+" is written to the log", rind.ConfidenceLow, nil)
			}
		}
	}
}

// worthHiding leaves out what is surely no secret: numbers, flags, nothing.
func worthHiding(c *flow.Call, v *flow.Value) bool {
	consts, all := c.Constants(v)
	if !all {
		return true
	}
	for _, x := range consts {
		if s, ok := x.(string); ok && len(s) >= 4 {
			return true
		}
	}
	return false
}

// printed calls visit with the names of the variables and members whose values
// an expression prints as they are.
func printed(x ir.Expr, visit func(string)) {
	switch x := x.(type) {
	case *ir.Var:
		visit(x.Name)
	case *ir.Member:
		visit(x.Name)
	case *ir.Index:
		if k, ok := x.Key.(*ir.Const); ok {
			if s, ok := k.Value.(string); ok {
				visit(s)
			}
		}
	case *ir.Concat:
		for _, p := range x.Parts {
			printed(p, visit)
		}
	case *ir.Binary:
		if x.Op == "+" || x.Op == "%" {
			printed(x.L, visit)
			printed(x.R, visit)
		}
	case *ir.Array:
		for _, e := range x.Elems {
			printed(e.Value, visit)
		}
	case *ir.Typed:
		printed(x.X, visit)
	case *ir.Await:
		printed(x.X, visit)
	}
}
