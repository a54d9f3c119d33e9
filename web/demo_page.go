package web

import (
	"bytes"
	"cmp"
	"net/http"
	"slices"
	"time"

	"besedka/core/source"
	"besedka/web/sse"
)

// showDemo shows the chat in a phone and what happens behind it.
func (s *server) showDemo(w http.ResponseWriter, r *http.Request, v view) {
	b, err := s.chatBox(w, r)
	if err != nil {
		s.broken(w, r, "open demonstration", err)
		return
	}
	b.Inset = true
	if v.Shopper != "1" {
		s.meet(w, r, "1") // whose tray it is, whoever is shown
	}
	peer, _ := s.peer(r) // none at the very first visit: an empty story
	story, err := s.Demo.Story(r.Context(), peer)
	if err != nil {
		s.broken(w, r, "tell story", err)
		return
	}
	s.render(w, r, http.StatusOK, demoPage(v, b, s.scene(story), s.shopURL(r)))
}

// scene is what the right side of the page shows.
type scene struct {
	Story
	Problems []*source.Problem
	Script   string
}

func (s *server) scene(story Story) scene {
	slices.SortStableFunc(story.Calls, func(a, b Call) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID)) })
	return scene{Story: story, Problems: s.Demo.Problems(), Script: s.Demo.Script}
}

const storyPoll = 700 * time.Millisecond

// streamStory sends the scene whenever it has changed.
func (s *server) streamStory(w http.ResponseWriter, r *http.Request, v view) {
	peer, ok := s.peer(r)
	if !ok {
		http.Error(w, "open /demo first", http.StatusUnauthorized)
		return
	}
	leave, ok := s.streams.Enter(peer)
	if !ok {
		http.Error(w, "too many pages of one shopper are open", http.StatusTooManyRequests)
		return
	}
	defer leave()
	wake, cancel := s.Chat.Watch(peer)
	defer cancel()
	var shown []byte
	to := sse.Open(w)
	err := to.Follow(r.Context(), wake, storyPoll, func() error {
		story, err := s.Demo.Story(r.Context(), peer)
		if err != nil {
			return err
		}
		var html bytes.Buffer
		if err := sceneView(v, s.scene(story)).Render(r.Context(), &html); err != nil {
			return err
		}
		if bytes.Equal(html.Bytes(), shown) {
			return nil
		}
		shown = html.Bytes()
		return to.Send("", shown)
	})
	s.streamEnded(r, "stream story", err)
}
