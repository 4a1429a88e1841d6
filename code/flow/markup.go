package flow

import (
	"regexp"
	"strings"

	"rind/code/ir"
	"rind/rind"
)

// tag is a tag of HTML in text. Other angle brackets (XML, Slack's mentions,
// comparisons) are no page.
var tag = regexp.MustCompile(`(?i)<(?:div|p|a|h[1-6]|span|b|i|br|table|tr|td|th|ul|ol|li|html|body|head|title|script|style|img|iframe|form|input|button|strong|em|pre|label|select|option|svg|textarea|center|font)[\s>/]`)

// pieceOfPage returns what of a joined text is data that stands behind a tag:
// it is written into a page by hand.
func pieceOfPage(v *Value) *Value {
	out := none
	open := false
	for _, p := range v.parts {
		switch {
		case p.value == nil:
			open = open || strings.IndexByte(p.text, '<') >= 0 && tag.MatchString(p.text)
		case open && len(p.value.taints) > 0:
			out = join(out, p.value)
		}
	}
	return out
}

// handMade reports pages that are joined of text and data by hand, in v and
// in what its objects hold. Where they go is not known to be a browser.
func (e *engine) handMade(v *Value, depth int, sink string, mod *ir.Module, pos ir.Pos) {
	if v == nil || depth < 0 {
		return
	}
	if len(v.parts) > 0 && len(v.taints) > 0 {
		if data := pieceOfPage(v); !data.empty() {
			for _, t := range v.taints {
				if t.via != nil && t.via.mod == mod {
					pos = t.via.pos // where it is joined
				}
			}
			e.reach(v, &reached{
				class: "xss", sink: sink, note: "is markup joined of text and data", confidence: rind.ConfidenceMedium, mod: mod, pos: pos,
			})
		}
		return
	}
	for _, id := range v.objs {
		if o := e.objs[id]; o.kind == isDict || o.kind == isList || o.kind == isInstance && o.class == 0 {
			for _, k := range o.keys {
				e.handMade(e.field(id, k), depth-1, sink, mod, pos)
			}
		}
	}
}
