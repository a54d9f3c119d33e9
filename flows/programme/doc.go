// Package programme is the shipped programme «Полянка», an invented dairy: a
// programme folder like any other, built into the program.
package programme
