package main

import (
	"context"
	"time"

	"besedka/core/consent"
	"besedka/core/letter"
	"besedka/dialogs/actions"
	"besedka/storage"
)

// queueCode writes the SMS with a one-time code, with the turn that asked for it.
func (a *app) queueCode(ctx context.Context, tx storage.Tx, now time.Time, m actions.CodeMessage) error {
	return a.letters.QueueTx(ctx, tx, now, letter.Letter{
		Key: "code/" + m.Key, Medium: consent.SMS, To: m.To, Subject: m.Subject, Text: m.Text, Secret: true,
	})
}
