package iam

// An Answer is yes, no, or maybe where it depends on something unknown.
type Answer int8

// The answers. The order matters: and is the lesser, or the greater.
const (
	No Answer = iota
	Maybe
	Yes
)

func (a Answer) String() string { return [...]string{"no", "maybe", "yes"}[a] }

func (a Answer) and(b Answer) Answer { return min(a, b) }
func (a Answer) or(b Answer) Answer  { return max(a, b) }
func (a Answer) not() Answer         { return Yes - a }

func answer(b bool) Answer {
	if b {
		return Yes
	}
	return No
}
