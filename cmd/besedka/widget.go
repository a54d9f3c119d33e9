package main

import (
	"fmt"
	"time"

	"besedka/core/seal"
	"besedka/core/staff"
	visitors "besedka/core/visitor"
	"besedka/storage"
)

// widget is the chat on sites of the organiser. Without a secret it knows there what it
// knows anywhere: guests.
type widget struct {
	Secret secret `help:"Secret by which the sites' servers sign who is logged in; 32 characters or more." env:"BESEDKA_WIDGET_SECRET"`
}

// check refuses a secret that can be guessed.
func (w widget) check() error {
	if n := len(w.Secret); n > 0 && n < visitors.MinSecret {
		return fmt.Errorf("--widget-secret is %d characters long: give %d or more, such as those of openssl rand -hex 32", n, visitors.MinSecret)
	}
	return nil
}

// ofDemo is what a demonstration has: a secret of its own, for the shop on its page.
func (w widget) ofDemo() widget {
	if w.Secret == "" {
		w.Secret = secret(staff.NewToken())
	}
	return w
}

func (w widget) visitors(db *storage.DB, keys *seal.Keyring, now func() time.Time) *visitors.Service {
	return &visitors.Service{DB: db, Keys: keys, Secret: []byte(w.Secret), Now: now}
}
