package rule

import (
	"rind/iam"
	"rind/rind"
)

var _ = register(&Rule{
	ID:       "RIND-IAM-023",
	Title:    "Role, user or policy can escalate its privileges",
	Why:      "With these actions together the holder can gain rights nobody gave it: write its own policy, pass a stronger role to a function it controls, or replace the code of one that has more rights.",
	Risk:     rind.SAS4,
	Severity: rind.High,
	CWE:      "CWE-269",
	Sources: []string{
		"https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/",
		"https://pathfinding.cloud/paths/",
	},
	Equivalent: []string{
		"CKV_AWS_110", "CKV_AWS_286", "AC_AWS_0473", "LG:PrivilegeEscalation",
		"iam_policy_allows_privilege_escalation", "iam_inline_policy_allows_privilege_escalation",
		"f465fff1-0a0f-457d-aa4d-1bddb6f204ff", "c583f0f9-7dfd-476b-a056-f47c62b47b46", "d6047119-a0b2-4b59-a4f2-127a36fb685b",
		"0a592060-8166-49f5-8e65-99ac6dce9871", "b8a31292-509d-4b61-bc40-13b167db7e9c", "9a205ba3-0dd1-42eb-8d54-2ffec836b51a",
		"30b88745-eebe-4ecb-a3a9-5cf886e96204", "eda48c88-2b7d-4e34-b6ca-04c0194aee17", "f1173d8c-3264-4148-9fdb-61181e031b51",
		"f906113d-cdc0-415a-ba60-609cc6daaf4d", "5b4d4aee-ac94-4810-9611-833636e5916d", "7c96920c-6fd0-449d-9a52-0aa431b6beaf",
		"35ccf766-0e4d-41ed-9ec4-2dab155082b4", "ee49557d-750c-4cc1-aa95-94ab36cbefde", "eb64f1e9-f67d-4e35-8a3c-3d6a2f9efea7",
		"118281d0-6471-422e-a7c5-051bc667926e", "be2aa235-bd93-4b68-978a-1cc65d49082f", "fa62ac4f-f5b9-45b9-97c1-625c8b6253ca",
		"8f75840d-9ee7-42f3-b203-b40e3979eb12", "571254d8-aa6a-432e-9725-535d3ef04d69", "ad296c0d-8131-4d6b-b030-1b0e73a99ad3",
		"9b0ffadc-a61f-4c2a-b1e6-68fab60f6267", "970ed7a2-0aca-4425-acf1-0453c9ecbca1", "70b42736-efee-4bce-80d5-50358ed94990",
		"78f1ec6f-5659-41ea-bd48-d0a142dce4f2", "e77c89f6-9c85-49ea-b95b-5f960fe5be92", "846646e3-2af1-428c-ac5d-271eccfa6faf",
		"60263b4a-6801-4587-911d-919c37ed733b", "7782d4b3-e23e-432b-9742-d9528432e771", "15e6ad8c-f420-49a6-bafb-074f5eb1ec74",
		"c0c1e744-0f37-445e-924a-1846f0839f69", "7d544dad-8a6c-431c-84c1-5f07fe9afc0e", "db78d14b-10e5-4e6e-84b1-dace6327b1ec",
		"8f3c16b3-354d-45db-8ad5-5066778a9485", "3dd96caa-0b5f-4a85-b929-acfac4646cc2", "04c686f1-e0cd-4812-88e1-4e038410074c",
		"034d0aee-620f-4bf7-b7fb-efdf661fdb9e", "ec49cbfd-fae4-45f3-81b1-860526d66e3f", "eeb4d37a-3c59-4789-a00c-1509bc3af1e5",
		"70cb518c-d990-46f6-bc05-44a5041493d6", "e227091e-2228-4b40-b046-fc13650d8e88", "b69247e5-7e73-464e-ba74-ec9b715c6e12",
		"43a41523-386a-4cb1-becb-42af6b414433", "113208f2-a886-4526-9ecc-f3218600e12c", "9b877bd8-94b4-4c10-a060-8e0436cc09fa",
		"94fbe150-27e3-4eba-9ca6-af32865e4503", "8055dec2-efb8-4fe6-8837-d9bed6ff202a", "6d23d87e-1c5b-4308-b224-92624300f29b",
		"6deb34e2-5d9c-499a-801b-ea6d9eda894f", "0c10d7da-85c4-4d62-b2a8-d6c104f1bd77", "bf9d42c7-c2f9-4dfe-942c-c8cc8249a081",
		"19ffbe31-9d72-4379-9768-431195eae328", "89561b03-cb35-44a9-a7e9-8356e71606f4", "0fd7d920-4711-46bd-aff2-d307d82cd8b7",
		"33627268-1445-4385-988a-318fd9d1a512", "1743f5f1-0bb0-4934-acef-c80baa5dadfa", "8bfbf7ab-d5e8-4100-8618-798956e101e0",
	},
	Fix:      "Take out the action that closes the path, limit it to resources that give nothing, or demand a permissions boundary with the condition iam:PermissionsBoundary.",
	CheckApp: checkEscalation,
})

// checkEscalation judges each role with all its policies, and every other
// policy by itself.
func checkEscalation(p *Pass) {
	judged := map[string]bool{}
	for _, role := range p.App.Roles {
		perms := iam.PermissionsOf(p.App, role)
		for _, policy := range role.Policies {
			judged[policy.Source] = true
		}
		reportEscalation(p, role.Resource, iam.Escalations(p.App, role, perms))
	}
	for _, pol := range p.identityPolicies() {
		if judged[pol.r.ID] || pol.r.Type == "AWS::IAM::Role" {
			continue
		}
		perms := &iam.Permissions{}
		perms.AddDocument(pol.doc, pol.name, pol.r.ID)
		reportEscalation(p, pol.r, iam.Escalations(p.App, nil, perms))
	}
}

func reportEscalation(p *Pass, r *rind.Resource, found []iam.Escalation) {
	if len(found) == 0 || r == nil {
		return
	}
	var names []string
	for _, e := range found {
		names = append(names, e.Name)
	}
	worst := found[0]
	by := worst.By[0]
	if role := p.App.Role(r.ID); by.Managed && role != nil && len(role.Functions) == 0 {
		return // a policy AWS made for the service that assumes the role
	}
	if by.Managed && elevated(by.Policy) && !p.All {
		return // RIND-IAM-041
	}
	if told(p, by.Statement) && !by.Managed {
		return // iam:* and the like on everything: said already
	}
	holder := r
	if by.Source != "" && by.Source != r.ID {
		if x := p.App.Resource(by.Source); x != nil {
			holder = x
		}
	}
	at := bestAction(by.Statement, worst.Needs[0])
	if by.Managed || at.Absent() || at.Span.IsZero() {
		at = by.Value
	}
	f := p.Report(holder, at, "%s can escalate its privileges: it %s (%s)", r.ID, worst.How, capped(worst.Needs, 4))
	if len(names) > 1 {
		f.Message += "; ways: " + capped(names, 4)
	}
	f.Key = r.Type + "|" + r.ID + "|" + capped(names, 100)
	f.Confidence = rind.ConfidenceHigh
	setFunction(p, f, r.ID)
	if !f.Span.IsZero() {
		f.Generated = false
	}
	for _, x := range worst.By[1:] {
		if x.Span != by.Span && !x.Span.IsZero() {
			f.Related = append(f.Related, rind.Label{Span: x.Span, Note: "gives another action of the path"})
		}
	}
}
