package rind

// SliceState is the state of one layer for one function and risk.
type SliceState string

// The states. A slice is never Solid without evidence.
const (
	Solid         SliceState = "solid"
	Hole          SliceState = "hole"
	Unknown       SliceState = "unknown"
	NotApplicable SliceState = "n/a"
)

// A Posture is the layers x risks matrix of one function.
type Posture struct {
	App      string    `json:"app"`
	Function string    `json:"function"`
	Cells    []Cell    `json:"cells"`
	Aligned  []Aligned `json:"aligned"`
}

// A Cell is one layer's state for one risk.
type Cell struct {
	Risk     Risk       `json:"risk"`
	Layer    Layer      `json:"layer"`
	State    SliceState `json:"state"`
	Primary  bool       `json:"primary"`
	Evidence []string   `json:"evidence"`
}

// Aligned is a risk for which no layer is solid on a path an outsider can
// start.
type Aligned struct {
	Risk Risk   `json:"risk"`
	Path string `json:"path"` // ID of an AttackPath
}

// An AttackPath leads from an outsider to harm.
type AttackPath struct {
	ID     string     `json:"id"`
	App    string     `json:"app"`
	Steps  []PathStep `json:"steps"`
	Impact string     `json:"impact"`
	// Severity is what reaching the end would mean.
	Severity Severity `json:"severity"`
	Cut      Cut      `json:"cut"`
}

// A PathStep is a node and the edge that leads to it.
type PathStep struct {
	Node string `json:"node"`
	Edge string `json:"edge,omitempty"`
	Why  string `json:"why"`
	Span Span   `json:"span"`
}

// A Cut is the change that closes a path most cheaply.
type Cut struct {
	Layer  Layer  `json:"layer"`
	Action string `json:"action"`
	Cost   int    `json:"cost"`   // 1 one property, 3 a new resource, 5 a change of code or design
	Closes int    `json:"closes"` // how many paths it closes
	Rule   string `json:"rule,omitempty"`
}
