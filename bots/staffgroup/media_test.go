package staffgroup_test

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/media"
)

// picture is a small one.
func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// keep stores a file of the person of the conversation.
func (h *stage) keep(id int64, data []byte) string {
	h.t.Helper()
	subject, key, err := h.door.Person(h.t.Context(), id)
	h.must(err)
	blob, err := h.media.Put(h.t.Context(), h.now(), key, media.File{Subject: subject, Mime: "image/png", Data: data})
	h.must(err)
	return blob
}

// TestFilesBothWays: what a shopper sends stands in the topic once it is fetched, in its
// place; a photo of the staff's reaches the shopper with what is written under it.
func TestFilesBothWays(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Вот чек")
	id := h.call()
	photo, pdf := picture(t), []byte("%PDF-1.4")
	h.write(11, "p", chat.Inbound{Text: "первый", Photo: &chat.Photo{Blob: h.keep(id, photo)}})
	h.write(11, "f", chat.Inbound{File: &chat.File{Kind: chat.Document, Blob: h.keep(id, pdf), Name: "../../чек.pdf"}})
	h.write(11, "w", chat.Inbound{Photo: &chat.Photo{Remote: "file-9"}})
	h.says(11, "и всё")
	h.ticks(12)
	stands := h.group.Standing(room, h.topic().Thread)
	if len(stands) != 4 {
		t.Fatalf("%d messages stand in the topic: %q", len(stands), h.texts(h.topic().Thread))
	}
	if p := stands[2]; !bytes.Equal(p.Photo, photo) || p.Text != "👤 12:00  прислал фото первый" {
		t.Errorf("the photo is %q of %d bytes", p.Text, len(p.Photo))
	}
	if f := stands[3]; !bytes.Equal(f.Document, pdf) {
		t.Errorf("the file is %q of %d bytes", f.Text, len(f.Document))
	}
	h.skip(time.Minute)
	h.shown("👤 12:00  прислал фото\n👤 12:00  и всё") // it never came

	h.tap(anna, "Взять")
	h.act(fake.Act{From: anna, Group: room, Thread: h.topic().Thread, Photo: photo, Text: "Ваш приз"})
	h.act(fake.Act{From: stranger, Group: room, Thread: h.topic().Thread, Photo: photo, Text: "Ваш штраф"})
	h.ticks(2)
	got := h.shoppers.Standing(11, 0)
	if len(got) != 1 || !bytes.Equal(got[0].Photo, photo) || got[0].Text != "Ваш приз" {
		t.Errorf("the shopper sees %+v", got)
	}
}

// TestAlbumOfTheStaff reaches the shopper photo by photo, in its order, with its words; what
// cannot go is refused each by its own.
func TestAlbumOfTheStaff(t *testing.T) {
	t.Parallel()
	h := taken(t)
	photo := picture(t)
	h.act(fake.Act{From: anna, Group: room, Thread: h.topic().Thread, Album: [][]byte{photo, photo, photo}, Text: "Вот они"})
	h.ticks(3)
	var captions []string
	for _, m := range h.shoppers.Standing(11, 0) {
		if !bytes.Equal(m.Photo, photo) {
			t.Errorf("%q comes without its photo", m.Text)
		}
		captions = append(captions, m.Text)
	}
	h.equal("what stands under the photos", captions, []string{"Вот они", "", ""})
	h.act(fake.Act{From: anna, Group: room, Thread: h.topic().Thread, File: &fake.File{Kind: "sticker", Data: []byte("sticker")}})
	h.tick()
	h.shown("стикер покупателю не переслать")
	h.equal("the shopper hears", len(h.heard(11)), 3)
}

// TestFilesOfTheStaff reach the shopper as what they are, with their names; what is not what
// it is called is a document.
func TestFilesOfTheStaff(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Пришлите договор")
	id := h.call()
	h.tick()
	h.tap(anna, "Взять")
	h.tick()
	ogg, mp4 := []byte("OggS\x00\x02 opus"), []byte("\x00\x00\x00\x14ftypisom\x00\x00\x02\x00mp41")
	send := func(a fake.Act) {
		a.From, a.Group, a.Thread = anna, room, h.topic().Thread
		h.act(a)
		h.ticks(2)
	}
	send(fake.Act{Document: &fake.Document{Name: "../Договор.pdf", MIME: "application/pdf", Data: []byte("%PDF-1.4")}, Text: "Вот он"})
	send(fake.Act{Document: &fake.Document{Name: "page.html", MIME: "text/html", Data: []byte("<script>")}})
	send(fake.Act{File: &fake.File{Kind: "voice", Data: ogg}})
	send(fake.Act{File: &fake.File{Kind: "voice", Data: []byte("mp3")}})
	send(fake.Act{File: &fake.File{Kind: "video", Name: "a.mp4", Data: mp4}})
	send(fake.Act{File: &fake.File{Kind: "video_note", Data: mp4}})
	send(fake.Act{File: &fake.File{Kind: "audio", Name: "песня.mp3", Data: []byte("mp3")}})
	var got []string
	for _, m := range h.shoppers.Standing(11, 0) {
		switch {
		case m.Document != nil:
			got = append(got, "document "+m.Name+" "+m.Text)
		case m.Voice != nil:
			got = append(got, "voice "+m.Name+" "+m.Text)
		case m.Video != nil:
			got = append(got, "video "+m.Name+" "+m.Text)
		}
	}
	h.equal("the shopper gets", got, []string{
		"document Договор.pdf Вот он", "document page.html ", "voice voice.ogg ", "document file ", "video a.mp4 ", "video video.mp4 ", "document песня.mp3 ",
	})
	all, _, err := h.door.History(h.t.Context(), id, conversation.Cursor{}, 20)
	h.must(err)
	if m := all[6].Wire.Media; m.Name != "Договор.pdf" || m.Size != 8 || m.Kind != chat.Document {
		t.Errorf("the transcript keeps %+v", m)
	}
	h.equal("files in the clear", h.count(`select count(*) from blob where position('%PDF'::bytea in sealed) > 0`), 0)
}

// TestFileThatTheMessengerDoesNotTake goes nowhere, and its sender is told so.
func TestFileThatTheMessengerDoesNotTake(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.must(h.door.Receive(h.t.Context(), h.now(), conversation.Arrival{Channel: chat.VK, Account: "vk/1", Messages: []conversation.Message{
		{Key: "m1", Peer: "11", At: h.now(), In: chat.Inbound{Text: "Пришлите договор"}},
	}}))
	h.call()
	h.tick()
	h.tap(anna, "Взять")
	h.tick()
	h.act(fake.Act{From: anna, Group: room, Thread: h.topic().Thread, Document: &fake.Document{Name: "a.pdf", MIME: "application/pdf", Data: []byte("%PDF-1.4")}, Text: "Вот он"})
	h.tick()
	h.shown("не берёт от бота такой файл")
	h.equal("what is on its way", h.count(`select count(*) from outbox`), 0)
	h.act(fake.Act{From: anna, Group: room, Thread: h.topic().Thread, Photo: picture(t)})
	h.equal("photos on their way", h.count(`select count(*) from outbox`), 1)
}

// TestEditsBothWays: what a shopper corrects answers what it was; what one of the staff
// corrects changes in the shopper's chat, too, while they look at it.
func TestEditsBothWays(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.says(11, "Где прис?")
	h.call()
	h.tick()
	was := h.group.Standing(room, h.topic().Thread)[1].MessageID
	h.write(11, "e", chat.Inbound{Text: "Где приз?", Edits: "mГде прис?"})
	h.ticks(3)
	stands := h.group.Standing(room, h.topic().Thread)
	if last := stands[len(stands)-1]; last.Text != "👤 12:00  исправил: Где приз?" || last.ReplyTo != was {
		t.Errorf("the correction is %q, in answer to %d, want %d", last.Text, last.ReplyTo, was)
	}
	h.tap(anna, "Взять")
	m := h.in(anna, "Уже в пуди")
	h.tick()
	edit := func(text string) {
		h.act(fake.Act{From: anna, Group: room, Thread: h.topic().Thread, Edit: text})
		h.ticks(2)
	}
	edit("Уже в пути")
	edit("Уже в пути!")
	edit("// он не знает")
	h.equal("the shopper sees", h.heard(11), []string{"Уже в пути!"})
	h.equal("mark", h.group.Mark(room, m), "👍")
	h.skip(chat.Fresh)
	edit("Приза нет")
	h.equal("the shopper sees", h.heard(11), []string{"Уже в пути!"})
	h.equal("corrections that are refused", strings.Count(h.shows(), "Правка не ушла"), 2)
	h.in(anna, "// склад 17")
	edit("склад 18")
	h.shown("Заметка осталась заметкой")
	h.equal("the shopper sees", h.heard(11), []string{"Уже в пути!"})
}
