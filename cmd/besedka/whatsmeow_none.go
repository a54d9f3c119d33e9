//go:build nowhatsmeow

package main

import (
	"errors"
	"net/http"

	"besedka/bots"
)

// errNoWhatsmeow is this build's: a build of its own, because of a licence.
var errNoWhatsmeow = errors.New("this besedka was built without WhatsApp's linked devices (-tags nowhatsmeow)")

func openWhatsmeow(whatsmeow, supplies, http.RoundTripper) (bots.Listener, error) {
	return nil, errNoWhatsmeow
}

// whatsappPairCmd would link this installation to a WhatsApp account.
type whatsappPairCmd struct {
	Phone string `help:"Not in this build."`
}

// Run says why it cannot.
func (c *whatsappPairCmd) Run() error { return errNoWhatsmeow }

// whatsmeowFakes are none.
func (s *stage) whatsmeowFakes() []func() (fakeMessenger, error) { return nil }
