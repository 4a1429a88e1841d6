package posture

import "rind/rind"

// role of a layer against a risk.
type role byte

const (
	none       role = 0
	supporting role = 's'
	primary    role = 'P'
)

// coverage says which layer can cover which risk. It is derived by rind from
// the mitigations in the public "Serverless Security Top 10" guide
// (puresec/sas-top-10) and the Cloud Security Alliance's "12 Most Critical
// Risks for Serverless Applications"; neither contains the table itself.
// Columns are in the order of rind.Layers.
var coverage = map[rind.Risk]string{
	rind.SAS1:  "sPssPPs",
	rind.SAS2:  "PssPss ",
	rind.SAS3:  "P sP   ",
	rind.SAS4:  "sssP  s",
	rind.SAS5:  "P  s ss",
	rind.SAS6:  "P P P s",
	rind.SAS7:  "  sPP s",
	rind.SAS8:  "sPsPPss",
	rind.SAS9:  "sPsP s ",
	rind.SAS10: "  sPPs ",
	rind.SAS11: "P sPs  ",
	rind.SAS12: " Ps P s",
}

func covers(risk rind.Risk, layer rind.Layer) role {
	for i, l := range rind.Layers {
		if l == layer && coverage[risk][i] != ' ' {
			return role(coverage[risk][i])
		}
	}
	return none
}
