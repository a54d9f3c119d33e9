package main

import (
	"besedka/core/chat"
	"besedka/core/family"
	"besedka/flows"
)

// familyTerms are what the programme in force says of families.
func (a *app) familyTerms() family.Terms {
	f := a.programme().Family
	return family.Terms{Max: f.Max, TakeOwn: f.TakeOwn}
}

func (a *app) cardTypes() []flows.CardType { return a.programme().Cards }

// familyURL is the link that is sent to somebody else, who may open it in the messenger
// that it was made in.
func (a *app) familyURL(issuedIn chat.Channel, code string) string {
	payload := "family_" + code
	if issuedIn != chat.Webchat {
		if url := a.botLink(issuedIn, payload); url != "" {
			return url
		}
	}
	return a.chatLink(payload)
}
