package max_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"besedka/bots"
	"besedka/bots/fake/max"
	adapter "besedka/bots/max"
)

// documented is the example of dev.max.ru/docs/webapps/validation, with the token it is
// signed by; documentedAt is its moment.
const (
	documentedToken = "2Uk3Z_8zAlwhprgOcK3r1B1fDk8uhi2MDv47EvXkcu8"
	documented      = `auth_date=1733485316394&query_id=158b120b-7aa3-4a0f-a198-52ace06d0658&user=%7B%22language_code%22%3A%22ru%22%2C%22first_name%22%3A%22%D0%92%D0%B0%D1%81%D1%8F%22%2C%22last_name%22%3A%22%22%2C%22photo_url%22%3Anull%2C%22username%22%3Anull%2C%22id%22%3A400%7D&hash=f982406d90b118d8e90e26b33c5cec0cadd3fc30354f2955c75ff8e3d14d130d`
)

// TestVouch: who opens the Mini App is who MAX says, by its own example; it is believed
// for a day.
func TestVouch(t *testing.T) {
	t.Parallel()
	opened := time.UnixMilli(1733485316394)
	for name, tt := range map[string]struct {
		token, data string
		age         time.Duration
		want        string // the peer; "" = refused
	}{
		"documented":     {documentedToken, documented, time.Second, "400"},
		"a day old":      {documentedToken, documented, 24 * time.Hour, "400"},
		"older":          {documentedToken, documented, 24*time.Hour + time.Millisecond, ""},
		"of the future":  {documentedToken, documented, -time.Hour, ""},
		"another person": {documentedToken, strings.Replace(documented, "400", "401", 1), 0, ""},
		"another bot's":  {documentedToken + "x", documented, 0, ""},
		"user twice":     {documentedToken, documented + "&user=%7B%22id%22%3A401%7D", 0, ""},
		"nothing":        {documentedToken, "", 0, ""},
	} {
		a := voucher(t, tt.token, func() time.Time { return opened.Add(tt.age) })
		peer, err := a.Vouch(tt.data)
		if peer != tt.want || (err == nil) != (tt.want != "") || err != nil && !errors.Is(err, bots.ErrNotVouched) {
			t.Errorf("%s: peer %q, %v; want %q", name, peer, err, tt.want)
		}
	}
	f := max.New(token, noon)
	if peer, err := voucher(t, token, noon).Vouch(f.InitData("5000000000")); peer != "5000000000" || err != nil {
		t.Errorf("what the fake says: %q, %v", peer, err)
	}
}

func voucher(t *testing.T, token string, now func() time.Time) bots.Voucher {
	t.Helper()
	a, err := adapter.New(adapter.Config{Token: token, Now: now, Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	return a
}
