// Package iam understands AWS policy documents.
//
// In come policy documents as [rind.Value]s, in whatever notation a template
// uses, with parts that may be unknown before deployment. Out go parsed
// [Document]s, answers to "who can do what to which resource, under what
// condition", ways to escalate privileges, and edges among the roles and
// resources of a [rind.App]. It never calls AWS and never guesses: where a
// value is unknown, so is the answer.
//
// Facts come from the IAM User Guide ("Policy evaluation logic", "IAM JSON
// policy elements reference", "AWS global condition context keys") and the
// Service Authorization Reference.
package iam
