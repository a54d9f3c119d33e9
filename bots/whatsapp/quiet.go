//go:build !nowhatsmeow

package whatsapp

import (
	"sync"

	"go.mau.fi/libsignal/logger"
)

// quiet keeps the Signal library from writing to the standard output, which it
// does of its own accord.
var quiet = sync.OnceFunc(func() { logger.Logger = silence{} })

type silence struct{}

// Debug implements logger.Loggable, as do the others.
func (silence) Debug(string, string) {}

// Info says nothing.
func (silence) Info(string, string) {}

// Warning says nothing.
func (silence) Warning(string, string) {}

// Error says nothing: what cannot be read is an event of its own.
func (silence) Error(string, string) {}

// Configure has nothing to configure.
func (silence) Configure(string) {}
