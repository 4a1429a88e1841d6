// Package house holds nothing but the test that keeps the house in order:
// who may import whom, what a package must say about itself, and what must
// not be written anywhere.
package house
