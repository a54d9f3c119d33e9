package staffgroup_test

import (
	"fmt"
	"strconv"
	"testing"

	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
)

// puts is what a shopper writes under its number in their chat, until it stands in the
// topic; it returns both numbers.
func (h *stage) puts(peer int64, in chat.Inbound) (number, post int64) {
	h.t.Helper()
	number = h.shoppers.Newest() + 1
	h.write(peer, fmt.Sprint("m", number), in)
	h.ticks(4)
	return number, h.last().MessageID
}

// last is the bot's newest message in the only topic.
func (h *stage) last() fake.Sent {
	h.t.Helper()
	all := h.group.Standing(room, h.topic().Thread)
	return all[len(all)-1]
}

// answers is what somebody writes in the only topic as an answer to a message there.
func (h *stage) answers(who, to int64, text string) (message int64) {
	h.t.Helper()
	h.act(fake.Act{From: who, Group: room, Thread: h.topic().Thread, Answers: to, Text: text})
	message = h.group.Newest()
	h.tick()
	return message
}

// said is the newest message in a shopper's chat.
func (h *stage) said(peer int64) fake.Sent {
	h.t.Helper()
	all := h.shoppers.Sent(peer, 0)
	if len(all) == 0 {
		h.t.Fatal("the shopper hears nothing")
	}
	return all[len(all)-1]
}

// quoting is a conversation that Anna has: what the shopper has said, by its number in
// their chat and in the topic.
func quoting(t *testing.T) (h *stage, number, post int64) {
	t.Helper()
	h = open(t)
	h.write(11, "m1", chat.Inbound{Text: "Где приз?"})
	h.call()
	h.tick()
	post = h.last().MessageID
	h.tap(anna, "Взять")
	h.tick()
	return h, 1, post
}

// TestQuotesOfTheStaff: an answer to a message in the topic is an answer to that one in the
// shopper's chat; to what no shopper has seen it is plain.
func TestQuotesOfTheStaff(t *testing.T) {
	t.Parallel()
	h, number, post := quoting(t)
	later, _ := h.puts(11, chat.Inbound{Text: "И чек?"})
	own := h.answers(anna, post, "Едет")
	first := h.said(11)
	h.equal("the shopper hears", first.Text, "Едет")
	h.equal("in answer to", first.ReplyTo, number)
	h.answers(anna, h.last().MessageID, "Чек принят")
	h.equal("in answer to the later one", h.said(11).ReplyTo, later)
	h.answers(anna, own, "Вот-вот")
	h.equal("in answer to ours", h.said(11).ReplyTo, first.MessageID)
	h.act(fake.Act{From: anna, Group: room, Thread: h.topic().Thread, Answers: post, Photo: picture(t), Text: "Вот он"})
	h.tick()
	h.equal("a picture's answer", h.said(11).ReplyTo, number)
	note := h.in(anna, "// склад 17")
	h.write(11, "1", chat.Inbound{Tap: "yes"})
	h.ticks(4)
	tap := h.last().MessageID
	for what, to := range map[string]int64{"card": h.group.Pinned(room)[0], "note": note, "tap": tap, "topic": h.topic().Thread} {
		h.answers(anna, to, what)
		h.equal("the shopper hears", h.said(11).Text, what)
		h.equal("in answer to the "+what, h.said(11).ReplyTo, 0)
	}
}

// TestQuoteInHeldWords: words that waited for a key answer what they did, and what they do
// after a correction.
func TestQuoteInHeldWords(t *testing.T) {
	t.Parallel()
	h, number, post := quoting(t)
	h.write(11, "mодно", chat.Inbound{Text: "Ау"})
	h.act(fake.Act{From: anna, Group: room, Thread: h.topic().Thread, Answers: post, Text: "Едит"})
	h.edit(anna, "Едет")
	h.ticks(4)
	h.equal("sent", h.tap(anna, "Отправить всё равно"), "Отправлено")
	h.ticks(2)
	h.equal("the shopper hears", h.said(11).Text, "Едет")
	h.equal("in answer to", h.said(11).ReplyTo, number)
}

// TestQuotesOfTheShopper: an answer of a shopper's to a message stands in the topic as an
// answer to it there; to what does not stand there it is plain.
func TestQuotesOfTheShopper(t *testing.T) {
	t.Parallel()
	h, _, post := quoting(t)
	own := h.in(anna, "Едет")
	h.tick()
	h.write(11, "999", chat.Inbound{Tap: "yes"}) // by the number of the update
	h.ticks(4)
	ours := strconv.FormatInt(h.said(11).MessageID, 10)
	for _, tt := range []struct {
		quotes string
		want   int64
	}{{ours, own}, {"m1", post}, {"m999", 0}, {"999", 0}, {"", 0}} {
		h.puts(11, chat.Inbound{Text: "О «" + tt.quotes + "»", Answers: tt.quotes})
		h.equal("it stands", h.last().Text, "👤 12:00  О «"+tt.quotes+"»")
		h.equal("in answer to", h.last().ReplyTo, tt.want)
	}
}
