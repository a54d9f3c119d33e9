// Package dialogs is the engine: a pure function from a session and what woke
// it to the next session and the effects to apply. It reads no clock, no
// database and no network, and knows no messenger. Package runner applies what
// it decides; package actions holds what `call:` reaches.
package dialogs
