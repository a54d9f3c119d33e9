package api

import (
	"fmt"
	"net/http"
	"testing"

	"besedka/core/staff"
)

// TestMarketersSimulateNobody: a condition that a marketer writes shows what it sees of a
// member, so they look with the eyes of a newcomer only.
func TestMarketersSimulateNobody(t *testing.T) {
	t.Parallel()
	d := open(t)
	const qr = "t=20260503T1405&s=1284.50&fn=7380440800512345&i=4821&fp=2719364810&n=1"
	for i, try := range []struct {
		role staff.Role
		body string
		want int
	}{
		{staff.Marketer, fmt.Sprintf(`{"qr": %q}`, qr), http.StatusOK},
		{staff.Marketer, fmt.Sprintf(`{"qr": %q, "member": %d}`, qr, d.member), http.StatusForbidden},
		{staff.Marketer, `{"receipt": 1}`, http.StatusForbidden},
		{staff.Owner, fmt.Sprintf(`{"qr": %q, "member": %d}`, qr, d.member), http.StatusOK},
	} {
		if status, answer := d.ask("POST", "/simulate", d.tokens[try.role], fmt.Sprint("try-", i), try.body); status != try.want {
			t.Errorf("%s %s: %d %v, want %d", try.role, try.body, status, answer, try.want)
		}
	}
}
