package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"

	"rind/rind"
)

// A pull request comment may have 65,536 characters. Rows end some way before
// that, so that what follows has room.
const (
	maxMarkdown     = 48 << 10
	maxMarkdownRows = 40 // skipped files
)

// writeMarkdown prints for a pull request comment or a job summary.
func writeMarkdown(w io.Writer, r *rind.Report, _ Options) error {
	b := bufio.NewWriter(w)
	s := Summarize(r)
	fmt.Fprintf(b, "## rind: %s\n\n", count(s.Open, map[bool]string{false: "finding", true: "new finding"}[r.Baseline]))
	var parts []string
	for _, sev := range rind.Severities {
		if n := s.BySeverity[string(sev)]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d %s", severityDot[sev], n, sev))
		}
	}
	parts = append(parts, fmt.Sprintf("%s in %s", count(s.Functions, "function"), count(s.Apps, "app")))
	if s.Suppressed > 0 {
		parts = append(parts, fmt.Sprintf("%d ignored", s.Suppressed))
	}
	if s.Skipped > 0 {
		parts = append(parts, fmt.Sprintf("%d not read", s.Skipped))
	}
	fmt.Fprintf(b, "%s\n", strings.Join(parts, " · "))
	markdownPaths(b, r)
	size, left := 0, 0
	for _, sec := range sections(r) {
		if len(sec.groups) == 0 {
			continue
		}
		if size > maxMarkdown {
			left++
			continue
		}
		fmt.Fprintf(b, "\n### %s\n\n| | Rule | Where | What |\n|---|---|---|---|\n", markdownText(cmp.Or(r.Name(sec.path), "(no app)")))
		for _, g := range sec.groups {
			for _, f := range g.findings {
				row := markdownRow(r, f)
				if size += len(row); size > maxMarkdown {
					left++
					continue
				}
				b.WriteString(row)
			}
		}
	}
	if left > 0 {
		fmt.Fprintf(b, "\n…and %d more rows; the other formats have them all.\n", left)
	}
	if len(r.Skipped) > 0 {
		fmt.Fprintf(b, "\n<details><summary>%d not read</summary>\n\n", len(r.Skipped))
		for i, sk := range r.Skipped {
			if i == maxMarkdownRows {
				fmt.Fprintf(b, "- and %d more\n", len(r.Skipped)-i)
				break
			}
			fmt.Fprintf(b, "- `%s`: %s\n", markdownCode(r.Name(sk.File)), markdownText(sk.Reason))
		}
		fmt.Fprint(b, "\n</details>\n")
	}
	return b.Flush()
}

func markdownRow(r *rind.Report, f shown) string {
	what := "**" + markdownText(f.Title) + "**"
	if f.Message != "" && f.Message != f.Title {
		what += "<br>" + markdownText(f.Message)
	}
	if f.Fix != nil && f.Fix.Summary != "" {
		what += "<br>Fix: " + markdownText(f.Fix.Summary)
	}
	list := func(fs []*rind.Finding) string { return "`" + markdownCode(strings.Join(names(fs, 4), ", ")) + "`" }
	if len(f.same) > 0 {
		what += "<br>also holds for " + list(f.same)
	}
	if n := len(f.more); n > 0 {
		what += fmt.Sprintf("<br>and %d more like this: %s", n, list(f.more))
	}
	return fmt.Sprintf("| %s %s | `%s` | `%s`<br>%s:%d | %s |\n", severityDot[f.Severity], f.Severity, markdownCode(f.Rule),
		markdownCode(cmp.Or(f.Function, f.Resource, "app")), markdownText(r.Name(f.Span.File)), f.Span.Line, what)
}

// markdownPaths lists the worst attack paths.
func markdownPaths(w io.Writer, r *rind.Report) {
	if len(r.Paths) == 0 {
		return
	}
	const most = 5
	fmt.Fprintf(w, "\n### Attack paths\n\n")
	for _, p := range r.Paths[:min(most, len(r.Paths))] {
		var nodes []string
		for _, s := range p.Steps {
			nodes = append(nodes, "`"+markdownCode(s.Node)+"`")
		}
		fmt.Fprintf(w, "- %s %s: %s", severityDot[p.Severity], strings.Join(nodes, " → "), markdownText(p.Impact))
		if p.Cut.Action != "" {
			fmt.Fprintf(w, "<br>Cheapest cut: %s", markdownText(p.Cut.Action))
		}
		fmt.Fprintln(w)
	}
	if n := len(r.Paths) - most; n > 0 {
		fmt.Fprintf(w, "- and %d more\n", n)
	}
}

var severityDot = map[rind.Severity]string{
	rind.Critical: "🟣", rind.High: "🔴", rind.Medium: "🟠", rind.Low: "🔵", rind.Info: "⚪",
}

// markdownText makes text from a scanned file harmless in a table: no markup,
// no HTML, no mentions.
func markdownText(s string) string {
	s = strings.Join(strings.Fields(clean(strings.ReplaceAll(s, "\n", " "))), " ")
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "@", "@\u200b").Replace(s)
}

// markdownCode makes text harmless inside backquotes in a table.
func markdownCode(s string) string {
	return strings.NewReplacer("`", "'", "|", `\|`).Replace(clean(s))
}
