package project

import (
	"encoding/json"
	"path"
	"regexp"
	"strings"

	"rind/rind"
)

// imageCommand is the handler of a function that is a container image: what
// the template overrides, else the CMD of its Dockerfile, which is then
// looked for in the folder of the Dockerfile.
// https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
func (s *search) imageCommand() string {
	if v := s.f.Resource.Get("ImageConfig", "Command"); v.Present() {
		if cmd := v.At(0).Str(); cmd != "" {
			s.dockerfile() // for its folders
			return cmd
		}
	}
	text := s.dockerfile()
	if text == "" {
		return ""
	}
	last := ""
	for _, m := range dockerCommand.FindAllStringSubmatch(text, -1) {
		s.command += m[1] + "\n"
	}
	for _, m := range dockerCommand.FindAllStringSubmatch(text, -1) {
		var list []string
		if json.Unmarshal([]byte(m[1]), &list) == nil && len(list) > 0 {
			last = list[len(list)-1]
		} else if words := strings.Fields(m[1]); len(words) > 0 {
			last = words[len(words)-1]
		}
	}
	if last == "" && strings.Contains(text, "go build") {
		return "main"
	}
	return last
}

var (
	dockerCommand = regexp.MustCompile(`(?mi)^\s*(?:CMD|ENTRYPOINT)\s+(.+?)\s*$`)
	dockerCopy    = regexp.MustCompile(`(?mi)^\s*(?:COPY|ADD)\s+(?:--\S+\s+)*([^\s$]+)\s+\S+`)
)

// dockerfile finds and reads the Dockerfile of the function and puts the
// folders it copies from before those where the handler may lie.
func (s *search) dockerfile() string {
	names, contexts := []string{"Dockerfile"}, s.dirs
	for _, r := range s.declared() {
		meta := r.Attributes.Get("Metadata")
		if n := meta.Get("Dockerfile").Str(); n != "" {
			names = append([]string{n}, names...)
		}
		if c := meta.Get("DockerContext").Str(); c != "" {
			contexts = append([]string{path.Join(path.Dir(r.Span.File), c)}, contexts...)
		}
	}
	for _, dir := range contexts {
		for _, n := range names {
			text, err := s.tree.read(path.Join(dir, n))
			if err != nil {
				continue
			}
			at := path.Dir(path.Join(dir, n))
			dirs := []string{at}
			for _, m := range dockerCopy.FindAllStringSubmatch(string(text), -1) {
				if d := path.Join(dir, m[1]); s.tree.dir(d) && d != at {
					dirs = append(dirs, d)
				} else if d := path.Dir(d); s.tree.dir(d) && d != at {
					dirs = append(dirs, d)
				}
			}
			s.dirs = append(dirs, s.dirs...)
			return string(text)
		}
	}
	return ""
}

// inlineCode is the code that a template carries itself in Code.ZipFile, or
// nil.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
func inlineCode(f *rind.Function) *rind.Value {
	if v := f.Resource.Get("Code", "ZipFile"); v.Scalar() && strings.Contains(v.Text, "\n") {
		return v
	}
	return nil
}
