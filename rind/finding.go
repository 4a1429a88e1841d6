package rind

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// A Risk is one of the twelve of the Serverless Application Security Top 10
// and its successor, the CSA's "12 Most Critical Risks for Serverless
// Applications" (2019).
type Risk string

// The risks.
const (
	SAS1  Risk = "SAS-1"
	SAS2  Risk = "SAS-2"
	SAS3  Risk = "SAS-3"
	SAS4  Risk = "SAS-4"
	SAS5  Risk = "SAS-5"
	SAS6  Risk = "SAS-6"
	SAS7  Risk = "SAS-7"
	SAS8  Risk = "SAS-8"
	SAS9  Risk = "SAS-9"
	SAS10 Risk = "SAS-10"
	SAS11 Risk = "SAS-11"
	SAS12 Risk = "SAS-12"
)

// Risks lists all risks in order.
var Risks = []Risk{SAS1, SAS2, SAS3, SAS4, SAS5, SAS6, SAS7, SAS8, SAS9, SAS10, SAS11, SAS12}

var riskTitles = map[Risk]string{
	SAS1:  "Event-data injection",
	SAS2:  "Broken authentication",
	SAS3:  "Insecure deployment configuration",
	SAS4:  "Over-privileged functions and roles",
	SAS5:  "Inadequate monitoring and logging",
	SAS6:  "Insecure third-party dependencies",
	SAS7:  "Insecure secrets storage",
	SAS8:  "Denial of service and of wallet",
	SAS9:  "Execution-flow manipulation",
	SAS10: "Improper exception handling and verbose errors",
	SAS11: "Obsolete functions, resources and triggers",
	SAS12: "Cross-execution data persistency",
}

// Title is the risk's name.
func (r Risk) Title() string { return riskTitles[r] }

// A Layer is one of the seven slices of defence.
type Layer string

// The layers.
const (
	Governance      Layer = "governance"
	ResilientDesign Layer = "resilient-design"
	SecurityTesting Layer = "security-testing"
	CloudConfig     Layer = "cloud-config"
	SecureCode      Layer = "secure-code"
	EventInspection Layer = "event-inspection"
	Behavior        Layer = "behavior"
)

// Layers lists all layers in order.
var Layers = []Layer{Governance, ResilientDesign, SecurityTesting, CloudConfig, SecureCode, EventInspection, Behavior}

// Severity is how much harm a finding can do.
type Severity string

// The severities, worst first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Info     Severity = "info"
)

// Severities lists all severities, worst first.
var Severities = []Severity{Critical, High, Medium, Low, Info}

// Rank is 5 for critical down to 1 for info, 0 for anything else.
func (s Severity) Rank() int {
	for i, x := range Severities {
		if x == s {
			return len(Severities) - i
		}
	}
	return 0
}

// Confidence is how sure rind is that a finding is real.
type Confidence string

// The confidences. Sure needs no word: it is High.
const (
	ConfidenceHigh   Confidence = "high"
	ConfidenceMedium Confidence = "medium"
	ConfidenceLow    Confidence = "low"
)

// Rank is 3 for high, 2 for medium, 1 for low, 0 for anything else.
func (c Confidence) Rank() int {
	switch c {
	case ConfidenceHigh:
		return 3
	case ConfidenceMedium:
		return 2
	case ConfidenceLow:
		return 1
	}
	return 0
}

// FindingState is how far a finding has been put to the proof.
type FindingState string

// The states of a finding.
const (
	Suspected FindingState = "suspected"
	Proven    FindingState = "proven"
	Refuted   FindingState = "refuted"
	Blocked   FindingState = "blocked"
)

// A Finding is a claim that something is wrong, with its evidence.
type Finding struct {
	ID         string       `json:"id"` // fingerprint; survives line moves
	Rule       string       `json:"rule"`
	Class      string       `json:"class,omitempty"` // attack class
	Title      string       `json:"title"`
	Message    string       `json:"message"`
	Severity   Severity     `json:"severity"`
	Confidence Confidence   `json:"confidence"`
	Risk       Risk         `json:"risk"`
	Layer      Layer        `json:"layer"`
	CWE        string       `json:"cwe,omitempty"` // "CWE-306"
	App        string       `json:"app"`
	Function   string       `json:"function,omitempty"`
	Resource   string       `json:"resource,omitempty"`
	Span       Span         `json:"span"`
	Related    []Label      `json:"related,omitempty"` // other places that explain it
	Flow       []Step       `json:"flow,omitempty"`
	State      FindingState `json:"state"`
	When       string       `json:"when,omitempty"` // the condition under which it holds
	Fix        *Fix         `json:"fix,omitempty"`
	Suppressed *Suppression `json:"suppressed,omitempty"`
	// Generated marks a finding in something no user wrote.
	Generated bool `json:"generated,omitempty"`

	// Key tells apart findings of one rule on one resource; it takes part in
	// the fingerprint and must not contain line numbers.
	Key string `json:"-"`
}

// A Label is a place with a few words.
type Label struct {
	Span Span   `json:"span"`
	Note string `json:"note"`
}

// A Step is one step of a Flow, from source to sink.
type Step = Label

// A Flow is a path of data, from where it enters to where it does harm.
type Flow []Step

// A Fix says how to close a finding, and how to edit the file where rind
// knows.
type Fix struct {
	Summary string `json:"summary"`
	Edits   []Edit `json:"edits,omitempty"`
}

// An Edit replaces the bytes [Start, End) of a file by Text.
type Edit struct {
	File  string `json:"file"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// A Suppression tells why a finding is not reported as open.
type Suppression struct {
	By     string `json:"by"` // "comment", "config", "baseline"
	Reason string `json:"reason"`
	Until  string `json:"until,omitempty"` // YYYY-MM-DD
}

// Fingerprint computes the ID of a finding from what it is about: the rule,
// the app, the resource and Key. The line is left out on purpose.
func (f *Finding) Fingerprint() string {
	h := sha256.Sum256([]byte(strings.Join([]string{f.Rule, f.App, f.Resource, f.Function, f.Key}, "\x00")))
	return hex.EncodeToString(h[:8])
}

// String is the one-line form: file:line:column: RULE message.
func (f *Finding) String() string {
	return fmt.Sprintf("%s: %s %s", f.Span, f.Rule, f.Message)
}
