package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"besedka/core/chat"
)

type benchCallsCmd struct {
	benchPlan `embed:""`
}

// callingChats send receipts all at once; of more than there are, none gets to
// what the programme takes from one member in a day.
const callingChats = 5000

// Run measures turns that call the core: photos of receipts nobody has sent
// before, their codes already read.
func (c *benchCallsCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	return c.inWorld(ctx, log, func(w *world) error {
		receipts := 0
		w.apart = max(1, c.Members/callingChats)
		photo := func(int) chat.Inbound {
			receipts++
			return chat.Inbound{Photo: &chat.Photo{Codes: []string{freshReceipt(time.Now(), receipts)}}}
		}
		return w.compare(ctx, out, w.prefilled("calls", callingChats, 1, photo))
	})
}

// freshReceipt is the QR text of a receipt of yesterday with a number of its
// own.
func freshReceipt(now time.Time, n int) string {
	return fmt.Sprintf("t=%s&s=1284.50&fn=7380440801234567&i=%d&fp=%d&n=1", now.AddDate(0, 0, -1).Format("20060102T1504"), n, n)
}
