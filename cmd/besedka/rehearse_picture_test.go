package main

import (
	"bytes"
	"testing"

	"besedka/flows/programme"
)

// playPicture: a picture of the programme's folder reaches the shopper byte for
// byte, with its words, in every messenger.
func playPicture(t *testing.T, r rehearsed) {
	want, err := programme.Files.ReadFile("media/chek-primer.png")
	if err != nil {
		t.Fatal(err)
	}
	for _, channel := range []string{"telegram", "webchat", "viber"} {
		r.do(t, channel, "a looker", fields{"text": "чек"})
		all := r.messages(t, channel, "a looker")
		last := all[len(all)-1]
		if last.Media == nil || last.Media.Type != "image/png" || !bytes.Equal(last.Media.Data, want) || last.Text == "" {
			t.Errorf("%s: %q with %d messages", channel, last.Text, len(all))
		}
	}
}
