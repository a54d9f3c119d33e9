package api

import (
	"testing"

	"besedka/core/staff"
)

// Nothing is said of a receipt that is not credited, and in no language that the
// programme does not speak.
func TestMessagesOfReceipts(t *testing.T) {
	t.Parallel()
	d := open(t)
	for path, want := range map[string]int{"/receipts/17/messages": 404, "/receipts/17/messages?lang=ru": 404, "/receipts/17/messages?lang=fr": 400, "/receipts/x/messages": 400} {
		if status, answer := d.ask("GET", path, d.tokens[staff.Registrar], "", ""); status != want {
			t.Errorf("%s: %d %v, want %d", path, status, answer, want)
		}
	}
}
