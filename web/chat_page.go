package web

import (
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxShown is how many lines a chat page opens with at most, the newest; the
// stream brings what follows them.
const maxShown = 500

// showChat is the chat as a page of its own. A link may bring a payload in
// ?start=, which the page sends once.
func (s *server) showChat(w http.ResponseWriter, r *http.Request, v view) {
	box, err := s.chatBox(w, r)
	if err != nil {
		s.broken(w, r, "open chat", err)
		return
	}
	s.render(w, r, http.StatusOK, chatPage(v, box))
}

// box is one chat on a page: what was said so far, and where to go on from.
type box struct {
	Lines []Line
	Last  int64 // the cursor of the newest
	Start string
	Inset bool // part of a page rather than a page of its own
}

// chatBox gives the browser its session and reads the transcript.
func (s *server) chatBox(w http.ResponseWriter, r *http.Request) (box, error) {
	w.Header().Set("Cache-Control", "no-store") // what was said is not for the next one at this screen
	return s.boxOf(r, s.meet(w, r, s.shopper(r)))
}

// boxOf is the chat of a peer.
func (s *server) boxOf(r *http.Request, peer string) (box, error) {
	b := box{Start: r.URL.Query().Get("start")}
	after, err := s.Chat.Newest(r.Context(), peer, maxShown)
	for err == nil && len(b.Lines) < maxShown {
		var page []Line
		if page, err = s.Chat.Transcript(r.Context(), peer, after); len(page) == 0 {
			break
		}
		b.Lines = append(b.Lines, page...)
		b.Last = page[len(page)-1].N
		after = b.Last
	}
	b.Lines = Standing(b.Lines)
	return b, err
}

// initial is the letter on the programme's round face.
func initial(name string) string {
	letter, _ := utf8.DecodeRuneInString(strings.TrimSpace(name))
	return strings.ToUpper(string(letter))
}

// speaker names who said a line to those who do not see its side.
func speaker(v view, from string) string {
	switch from {
	case "shopper":
		return v.T("chat.you")
	case "staff":
		return v.T("chat.staff")
	}
	return v.Named("chat.bot")
}

// hour is when a line was said, or became what it is.
func hour(v view, line Line) string {
	if line.Edits != 0 {
		return v.T("chat.edited") + ", " + v.clock(line.At)
	}
	return v.clock(line.At)
}

func pictureAlt(v view, line Line) string {
	if line.Media.Alt == "" && line.From == "shopper" {
		return v.T("chat.your_photo")
	}
	return line.Media.Alt
}

// part is a piece of a text; link says that it is an address.
type part struct {
	text string
	link bool
}

var addresses = regexp.MustCompile(`https?://[^\s<>"«»]+[^\s<>"«».,:;!?)]`)

// linked parts a line's text at the addresses in it. What shoppers write stays
// text.
func linked(line Line) []part {
	if line.From == "shopper" {
		return []part{{text: line.Text}}
	}
	var parts []part
	rest := line.Text
	for _, at := range addresses.FindAllStringIndex(line.Text, -1) {
		from := len(line.Text) - len(rest)
		parts = append(parts, part{text: line.Text[from:at[0]]}, part{text: line.Text[at[0]:at[1]], link: true})
		rest = line.Text[at[1]:]
	}
	return append(parts, part{text: rest})
}
