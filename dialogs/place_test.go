package dialogs_test

import (
	"testing"

	"besedka/core/chat"
	"besedka/dialogs"
)

// A place is a point of the map, its degrees or an address, and words that
// somebody listens for are none; a document is what has come whole.
func TestPlacesAndDocuments(t *testing.T) {
	t.Parallel()
	converse(t, `start: { words: [да] }
listen:
  - { words: [кто это], run: quiet }
steps:
  where: { skip: "not consent.personal_data", ask: "Где вы?", expect: location, set: { where: answer }, retry: ["Место?"] }
  paper: { ask: "Документ? {where}", expect: document, else: { not_a_document: { say: "PDF или фото." }, not_received: { say: "Ещё раз." } } }
  photo: { ask: "Фото?", expect: photo, else: { not_a_photo: { say: "Не фото." } }, end: true }`, `
    - { facts: { consent.personal_data: true }, user: да, bot: where }
    - { user: "12", bot: where.retry }
    - { photo: a.jpg, bot: where.retry }
    - { user: "кто это", bot: [quiet/say, where] }
    - { location: "55.750000, 37.6", bot: paper, text: "55.75, 37.6" }
    - { user: вот, bot: paper.not_a_document }
    - { location: "1.0, 1.0", bot: paper.not_a_document }
    - { photo: "", bot: paper.not_received }
    - { document: "", bot: paper.not_received }
    - { document: a.pdf, bot: photo }
    - { document: a.pdf, bot: photo.not_a_photo }
    - { photo: a.jpg, bot: [], at: "-" }
    - { user: да, bot: where }
    - { user: "-33.5;151.200001", bot: paper, text: "-33.5, 151.200001" }
    - { photo: a.jpg, bot: photo }
    - { user: да, bot: where }
    - { user: "Орёл, ул. Мира, 5", bot: paper, text: "Орёл, ул. Мира, 5" }
    - { document: a.pdf, bot: photo }
    - { user: да, bot: where }
    - { user: "91.0, 10.5", bot: where.retry }
    - { location: "NaN, 10.5", bot: where.retry }
    - { document: a.pdf, bot: where.retry }`)
}

// A document that nothing waits for may be an electronic receipt, and is heard like
// a photo.
func TestDocumentIsHeardLikeAPhoto(t *testing.T) {
	t.Parallel()
	e := dialogs.New(load(t, small(map[string]string{"flows/x.yaml": "flow: x\nstart: { photo: true }\nsteps:\n  a: { ask: Что, expect: text, end: true }\n"})))
	for _, p := range []chat.Photo{{Blob: "1"}, {Blob: "1", PDF: true}} {
		out, err := e.Turn(dialogs.Session{}, dialogs.Input{Chat: &chat.Inbound{Photo: &p}}, env(1))
		if err != nil || out.Session.Flow != "x" {
			t.Errorf("%+v begins %q, %v", p, out.Session.Flow, err)
		}
	}
}

// Photos in a row without a code are counted, whatever is written between them.
func TestUnread(t *testing.T) {
	t.Parallel()
	converse(t, `start: { photo: true }
steps:
  often: { skip: unread < 2, say: "{unread} подряд", end: true }
  first: { say: "{unread}", end: true }`, `
    - { photo: a.jpg, bot: first, text: "1" }
    - { user: баланс, bot: lost/say }
    - { photo: b.jpg, bot: often, text: "2 подряд" }
    - { photo: "t=20260301T1230&s=1.00&fn=7284440500123456&i=1&fp=2&n=1", bot: first, text: "0" }
    - { document: c.pdf, bot: first, text: "1" }
    - { user: "чек t=20260301T1230&s=1.00&fn=7284440500123456&i=1&fp=2&n=1", bot: first, text: "1" }`)
}
