package inventory

import (
	"path"
	"strings"

	"rind/rind"
)

// Defaults of AWS::Lambda::Function.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
const (
	defaultMemoryMB   = 128
	defaultTimeoutSec = 3
)

func (b *builder) functions() {
	for _, r := range b.app.OfType("AWS::Lambda::Function") {
		f := &rind.Function{
			ID:           r.ID,
			Name:         r.Get("FunctionName"),
			Runtime:      r.Get("Runtime").Str(),
			Handler:      r.Get("Handler").Str(),
			Architecture: "x86_64",
			PackageType:  "Zip",
			MemoryMB:     number(r.Get("MemorySize"), defaultMemoryMB),
			TimeoutSec:   number(r.Get("Timeout"), defaultTimeoutSec),
			Concurrency:  -1,
			RoleValue:    r.Get("Role"),
			Resource:     r,
			Span:         r.Span,
			Generated:    r.Generated,
		}
		if v := r.Get("ReservedConcurrentExecutions"); v.Present() {
			f.Concurrency = number(v, -1)
		}
		if a := r.Get("Architectures").At(0).Str(); a != "" {
			f.Architecture = a
		}
		if r.Get("PackageType").Is("Image") || r.Get("Code").Has("ImageUri") {
			f.PackageType = "Image"
		}
		for layer := range r.Get("Layers").Each() {
			f.Layers = append(f.Layers, layer)
		}
		b.environment(f)
		b.code(f)
		b.byResource[r.ID] = f
		b.app.Functions = append(b.app.Functions, f)
	}
}

// number reads a whole number; absent gives fallback, unknown gives 0.
func number(v *rind.Value, fallback int64) int64 {
	if v.Absent() {
		return fallback
	}
	n, _ := v.Int()
	return n
}

func (b *builder) environment(f *rind.Function) {
	vars := f.Resource.Get("Environment", "Variables")
	if vars == nil {
		return
	}
	for _, field := range vars.Fields {
		f.Environment = append(f.Environment, rind.EnvVar{
			Name: field.Key, Value: field.Value, Source: origin(field.Value), Span: field.Span,
		})
	}
}

// origin says where the value of an environment variable comes from, without
// saying the value.
func origin(v *rind.Value) string {
	var from []string
	for r := range v.Refs() {
		name := r.Name
		switch r.Kind {
		case rind.RefPseudo:
			continue
		case rind.RefParameter:
			name = "parameter " + name
		case rind.RefSecret:
			name = "secret parameter " + name
		case rind.RefImport:
			name = "import " + name
		case rind.RefSSM:
			name = "ssm"
		case rind.RefSSMSecure:
			name = "ssm-secure"
		case rind.RefSecretsManager:
			name = "secretsmanager"
		case rind.RefEnv:
			name = "deployer's environment " + name
		case rind.RefFile:
			name = "file " + name
		case rind.RefData:
			name = "look-up " + name
		case rind.RefUnknown:
			name = "an expression"
		}
		if len(from) == 0 || from[len(from)-1] != name {
			from = append(from, name)
		}
	}
	if len(from) == 0 {
		return "literal"
	}
	return "from " + strings.Join(from, ", ")
}

// code finds the deployed folder and the file that holds the handler.
func (b *builder) code(f *rind.Function) {
	root := f.Resource.Code
	if root == "" {
		root = b.written(f)
	}
	f.CodeRoot = root
	if root == "" || b.files == nil || f.Handler == "" && f.PackageType != "Image" {
		return
	}
	if isSource(root) && b.files.Exists(root) {
		f.CodePath = root
		return
	}
	// What is deployed may be a build's output; its source stands beside the
	// template then.
	for _, dir := range []string{root, path.Dir(f.Span.File)} {
		for _, c := range candidates(f.Runtime, f.Handler) {
			if p := path.Join(dir, c); b.files.Exists(p) {
				f.CodePath = p
				return
			}
		}
	}
}

// written is the local code folder as the template names it: CodeUri in SAM,
// a plain string for Code as "aws cloudformation package" accepts it.
func (b *builder) written(f *rind.Function) string {
	for _, v := range []*rind.Value{b.declared(f).Get("CodeUri"), f.Resource.Get("Code")} {
		if v.Scalar() && !strings.Contains(v.Text, "://") && !strings.HasPrefix(v.Text, "/") {
			p := path.Join(path.Dir(v.Span.File), v.Text)
			if p != ".." && !strings.HasPrefix(p, "../") {
				return p
			}
		}
	}
	return ""
}

func (b *builder) declared(f *rind.Function) *rind.Resource {
	for _, d := range b.app.Declared {
		if d.ID == f.Resource.Origin || d.ID == f.ID {
			return d
		}
	}
	return nil
}

func isSource(name string) bool {
	switch path.Ext(name) {
	case ".py", ".js", ".mjs", ".cjs", ".ts", ".rb", ".go", ".java":
		return true
	}
	return false
}

// candidates lists the files, relative to the code root, that may hold a
// handler, likeliest first.
// https://docs.aws.amazon.com/lambda/latest/dg/foundation-progmodel.html
func candidates(runtime, handler string) []string {
	if handler == "" {
		return nil
	}
	module := strings.TrimSuffix(handler, path.Ext(handler))
	var exts []string
	switch {
	case strings.HasPrefix(runtime, "python"):
		return []string{module + ".py", strings.ReplaceAll(module, ".", "/") + ".py", module + "/__init__.py", "src/" + module + ".py"}
	case strings.HasPrefix(runtime, "ruby"):
		return []string{module + ".rb"}
	case strings.HasPrefix(runtime, "java"):
		class, _, _ := strings.Cut(handler, "::")
		file := strings.ReplaceAll(class, ".", "/")
		return []string{"src/main/java/" + file + ".java", file + ".java", "src/main/kotlin/" + file + ".kt"}
	case strings.HasPrefix(runtime, "go"), strings.HasPrefix(runtime, "provided"):
		name := path.Base(handler)
		return []string{
			handler + ".go", "cmd/" + name + "/main.go", name + "/main.go", "src/" + name + "/main.go",
			"functions/" + name + "/main.go", "main.go", "cmd/main.go", "src/main.rs", "bootstrap",
		}
	case strings.HasPrefix(runtime, "dotnet"):
		return dotnetFiles(handler)
	case strings.HasPrefix(runtime, "nodejs"), runtime == "":
		exts = []string{".js", ".mjs", ".cjs", ".ts", ".mts", ".tsx", ".jsx"}
	}
	var files []string
	for _, dir := range []string{"", "src/"} {
		for _, ext := range exts {
			files = append(files, dir+module+ext)
		}
		if runtime == "" {
			files = append(files, dir+module+".py")
		}
	}
	return files
}

// dotnetFiles lists where the class of "Assembly::Namespace.Class::Method"
// may stand. Folders below the project follow the namespace by convention.
// https://docs.aws.amazon.com/lambda/latest/dg/csharp-handler.html
func dotnetFiles(handler string) []string {
	files := []string{"Function.cs", "src/Function.cs"}
	parts := strings.Split(handler, "::")
	if len(parts) < 2 {
		return append(files, "Program.cs", "src/Program.cs")
	}
	class := strings.TrimPrefix(parts[1], parts[0]+".")
	var named []string
	for {
		file := strings.ReplaceAll(class, ".", "/") + ".cs"
		named = append(named, file, "src/"+file)
		_, rest, ok := strings.Cut(class, ".")
		if !ok {
			return append(named, files...)
		}
		class = rest
	}
}
