// Package programme is the shipped programme «Полянка», an invented dairy: a
// programme folder like any other, built into the program.
package programme

import "embed"

// Files is the programme folder, see flows.Load.
//
//go:embed *.yaml campaigns flows locales
var Files embed.FS
