package rule

import (
	"cmp"
	"fmt"
	"strings"

	"rind/rind"
)

// registerWeakness registers a rule about something in the code that needs no
// flow. The code stage names the rule's ID in what it finds; what it says
// there is the finding's message.
func registerWeakness(r Rule) *Rule {
	r.Layer = rind.SecureCode
	r.CheckApp = checkWeaknesses
	return register(&r)
}

func checkWeaknesses(p *Pass) {
	// What handlers share that no template deploys is told once; a deployed
	// function has its own posture.
	once := p.App.Kind == rind.SourceCode
	seen := map[rind.Span]bool{}
	for _, c := range p.App.Code {
		for _, w := range c.Weaknesses {
			if w.Rule == p.Rule.ID && !(once && seen[w.Span]) {
				seen[w.Span] = true
				p.reportWeakness(c, w)
			}
		}
	}
}

// reportWeakness records one weakness of a function. Where the same stands
// several times in one file, a number tells them apart.
func (p *Pass) reportWeakness(c *rind.Code, w *rind.Weakness) *rind.Finding {
	f := p.App.Function(c.Function)
	var r *rind.Resource
	if f != nil {
		r = f.Resource
	}
	out := p.Report(r, nil, "%s", cmp.Or(w.Message, p.Rule.Title))
	out.Function, out.Generated = c.Function, false
	out.Span, out.Related, out.Flow = w.Span, w.Related, w.Flow
	out.Confidence = cmp.Or(w.Confidence, rind.ConfidenceHigh)
	out.Key = p.numbered(c.Function, w.Span.File+"|"+w.Key)
	return out
}

// numbered is key, with a number behind it if a finding of the rule in the
// function has it already.
func (p *Pass) numbered(function, key string) string {
	n := 1
	for _, old := range *p.out {
		if old.Rule == p.Rule.ID && old.Function == function && (old.Key == key || strings.HasPrefix(old.Key, key+"#")) {
			n++
		}
	}
	if n > 1 {
		key = fmt.Sprintf("%s#%d", key, n)
	}
	return key
}
