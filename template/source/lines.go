package source

import (
	"bytes"
	"sort"
	"strings"

	"rind/rind"
)

// Lines finds lines and positions in a text.
type Lines struct {
	data   string
	starts []int
}

// NewLines indexes data.
func NewLines(data []byte) *Lines {
	l := &Lines{data: string(data), starts: make([]int, 1, 1+bytes.Count(data, []byte{'\n'}))}
	for i, c := range data {
		if c == '\n' {
			l.starts = append(l.starts, i+1)
		}
	}
	return l
}

// Count is the number of lines.
func (l *Lines) Count() int { return len(l.starts) }

// Line returns the n-th line (from 1) without its line break, or "".
func (l *Lines) Line(n int) string {
	if n < 1 || n > len(l.starts) {
		return ""
	}
	end := len(l.data)
	if n < len(l.starts) {
		end = l.starts[n] - 1
	}
	return strings.TrimSuffix(l.data[l.starts[n-1]:end], "\r")
}

// Position turns a byte offset into a line and column.
func (l *Lines) Position(offset int) rind.Span {
	offset = min(max(offset, 0), len(l.data))
	i := sort.SearchInts(l.starts, offset+1) - 1
	return rind.Span{Line: int32(i + 1), Column: int32(offset - l.starts[i] + 1)}
}

// Offset turns a line and column into a byte offset.
func (l *Lines) Offset(line, column int32) int {
	if line < 1 {
		return 0
	}
	if int(line) > len(l.starts) {
		return len(l.data)
	}
	return min(l.starts[line-1]+int(max(column, 1))-1, len(l.data))
}

// blockEnd is the last line of the block scalar whose indicator is on line n.
func (l *Lines) blockEnd(n int) int {
	base := -1 // indentation of the block, from its first non-blank line
	end := n
	for i := n + 1; i <= l.Count(); i++ {
		line := l.Line(i)
		text := strings.TrimLeft(line, " ")
		if strings.TrimSpace(text) == "" {
			continue
		}
		indent := len(line) - len(text)
		if base < 0 {
			head := l.Line(n)
			own := strings.TrimLeft(head, " ")
			// An indicator on a line of its own says nothing of its parent's
			// indentation.
			alone := strings.HasPrefix(own, "|") || strings.HasPrefix(own, ">")
			if !alone && indent <= len(head)-len(own) {
				break
			}
			base = indent
		}
		if indent < base {
			break
		}
		end = i
	}
	return end
}

// quotedEnd finds the end of the quoted scalar at line and column.
func (l *Lines) quotedEnd(line, column int32) (endLine, endColumn int32) {
	i := l.Offset(line, column)
	for i < len(l.data) && l.data[i] != '"' && l.data[i] != '\'' && l.data[i] != '\n' {
		i++ // a tag stands before the quote
	}
	if i >= len(l.data) || l.data[i] == '\n' {
		return line, column
	}
	quote := l.data[i]
	for i++; i < len(l.data); i++ {
		switch {
		case quote == '"' && l.data[i] == '\\':
			i++
		case l.data[i] == quote && quote == '\'' && i+1 < len(l.data) && l.data[i+1] == quote:
			i++
		case l.data[i] == quote:
			p := l.Position(i + 1)
			return p.Line, p.Column
		}
	}
	return line, column
}

// Text returns the bytes from start to end as text.
func (l *Lines) Text(start, end int) string {
	start = min(max(start, 0), len(l.data))
	return string(l.data[start:min(max(end, start), len(l.data))])
}
