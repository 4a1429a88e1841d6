// Package rind is the vocabulary of the house: what an application on AWS
// Lambda consists of, and what can be said about it.
//
// Every stage speaks in these types. The template readers produce an [App]
// whose resources are in CloudFormation's shape whatever language they were
// written in; iam, code and deps add to it; rule and posture turn it into
// [Finding]s and a [Posture]; report prints a [Report].
//
// The package imports the standard library only and never reads files.
package rind
