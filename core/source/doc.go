// Package source is the ground floor of everything that marketers write: YAML
// text whose every node knows its place, and Problems told to the person who
// can mend them. It knows no flow, no campaign and no file system.
package source
