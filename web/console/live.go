package console

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"besedka/core/staff/access"
	"besedka/web/console/ui"
	"besedka/web/sse"
)

const (
	lookEvery = time.Second // how soon an open page shows what any process has changed; what this one has, sooner: see Bell
	maxTopics = 16          // of one page
)

// watched is a topic that an open page shows, and the mark that it has.
type watched struct {
	ui.Watch
	topic Topic
	of    string
}

// stream is the one stream of an open page: pieces, whenever they change. It ends with
// the session, and with the permission to see any of them.
func (s *server) stream(v *Visit) error {
	all, err := s.watches(v)
	if err != nil {
		return err
	}
	leave, ok := s.streams.Enter(strconv.FormatInt(v.Session.ID, 10))
	if !ok {
		return Refusal{http.StatusTooManyRequests, "too_many_pages"}
	}
	defer leave()
	return s.follow(v, all)
}

// watches are the topics that the page asks for, each with the mark it was drawn at, or
// of the event it heard last.
func (s *server) watches(v *Visit) ([]watched, error) {
	q := v.R.URL.Query()
	names, marks := q["topic"], q["mark"]
	if heard, err := url.ParseQuery(v.R.Header.Get("Last-Event-ID")); err == nil && len(heard["mark"]) == len(names) {
		marks = heard["mark"]
	}
	if len(names) == 0 || len(names) > maxTopics || len(marks) != len(names) {
		return nil, Refusal{http.StatusBadRequest, "bad_form"}
	}
	all := make([]watched, len(names))
	for i, name := range names {
		kind, of, _ := strings.Cut(name, ":")
		topic, ok := s.topics[kind]
		if !ok {
			return nil, Refusal{http.StatusNotFound, "missing"}
		}
		all[i] = watched{ui.Watch{Topic: name, Mark: marks[i]}, topic, of}
	}
	return all, s.mayWatch(v, all)
}

func (s *server) mayWatch(v *Visit, all []watched) error {
	for _, w := range all {
		if !v.may(w.topic.Permission) {
			return Refusal{http.StatusForbidden, "forbidden"}
		}
	}
	return nil
}

// errOver ends a stream whose reader has to ask for the page again.
var errOver = errors.New("the session is over")

// follow looks for changes until the reader leaves or may watch no more.
func (s *server) follow(v *Visit, all []watched) error {
	cookie, _ := v.R.Cookie(s.cookie()) // it was there a moment ago
	to := sse.Open(v.w)
	wake, cancel := s.Bell.watch(rungAs(all))
	defer cancel()
	err := to.Follow(v.R.Context(), wake, lookEvery, func() error {
		v.Now = s.Now()
		session, err := s.Access.Find(v.R.Context(), v.Now, cookie.Value)
		if v.By = session.By; errors.Is(err, access.ErrNoSession) || err == nil && s.mayWatch(v, all) != nil {
			return errors.Join(errOver, to.Name("over"))
		}
		if err != nil {
			return err
		}
		return s.sendNews(v, to, all)
	})
	if err != nil && v.R.Context().Err() == nil && !errors.Is(err, errOver) {
		s.Log.WarnContext(v.R.Context(), "stream ended", "what", "console", "error", err)
	}
	return nil // the answer has begun: nothing else can be said
}

// sendNews draws what has changed. The id of an event holds the marks of all that the
// page has then, so that it misses nothing when it comes back, and gets nothing twice.
func (s *server) sendNews(v *Visit, to sse.Stream, all []watched) error {
	for i, w := range all {
		mark, err := w.topic.Mark(v.R.Context(), w.of)
		if err != nil {
			return err
		}
		if mark == w.Mark {
			continue
		}
		piece, err := w.topic.Piece(v, w.of, w.Mark)
		if err != nil {
			return err
		}
		var html bytes.Buffer
		if err := ui.Piece(w.Watch, piece).Render(v.R.Context(), &html); err != nil {
			return err
		}
		all[i].Mark = mark
		if err := to.Send(heard(all), html.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

func heard(all []watched) string {
	q := url.Values{}
	for _, w := range all {
		q.Add("mark", w.Mark)
	}
	return q.Encode()
}
