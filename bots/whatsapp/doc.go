// Package whatsapp speaks WhatsApp as a device that is linked to an ordinary
// account, by whatsmeow. It is unofficial: WhatsApp may refuse this client any day
// and may take the number away. Package cloudapi is the supported way.
//
// What is told is confirmed only when it is committed, and what could not be
// committed ends the session: WhatsApp tells it again at the next one, everything
// after it too, so that the order holds. A message keeps the id that its outbox row
// gives it, whichever attempt gets through.
//
// The library quotes numbers and stanzas in its errors and its log, so neither of
// them is kept. All of this is left out by -tags nowhatsmeow: the Signal library
// below it is GPL-3.
package whatsapp
