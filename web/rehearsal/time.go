package rehearsal

import (
	"net/http"
	"time"
)

func (s *server) showClock(w http.ResponseWriter, _ *http.Request) error {
	return reply(w, map[string]time.Time{"now": s.Clock.Now()})
}

// moveClock sets the clock or advances it.
func (s *server) moveClock(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Set     *time.Time `json:"set"`
		Advance string     `json:"advance"`
	}
	if err := decode(w, r, &in); err != nil {
		return err
	}
	if (in.Set == nil) == (in.Advance == "") {
		return unfit("bad_clock", "give either set or advance")
	}
	s.republish(r)
	target := in.Set
	if target == nil {
		d, err := time.ParseDuration(in.Advance)
		if err != nil || d < 0 {
			return unfit("bad_clock", "advance must be a duration like 2h30m")
		}
		later := s.Clock.Now().Add(d)
		target = &later
	}
	if err := s.play.moveTo(r.Context(), target.UTC()); err != nil {
		return err
	}
	return s.showClock(w, r)
}

func (s *server) republish(r *http.Request) {
	if s.Publish != nil {
		s.Publish(r.Context())
	}
}
