// Package event knows what the events of every Lambda trigger look like: each
// field's place, type, meaning and encoding, and who controls it.
//
// In goes a trigger kind, and with it a path ("Records[].s3.object.key"), a
// trigger of an App, or the name of a declared type ("events.SQSEvent"); out
// comes the field. The same table makes sample events ([Generate]). Package
// code takes its taint sources from here, the firewall inspects with it, the
// tester makes its attacks from it: one table, one truth.
//
// The table lies in table/, one text file per trigger kind, written from the
// AWS documentation that each shape names. A file is parsed when its kind is
// first asked for, so a program that knows its trigger pays for one file.
//
// The package never judges a value: who controls a field is about the service
// that makes the event. Who may write to a queue, bucket or table is for those
// to find out who know the app; the content of messages is counted as the
// attacker's here.
//
// It imports the standard library and the vocabulary only, for it is part of
// the runtime binary.
package event
