package author

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// recording is a talk to be kept as a test.
type recording struct {
	Talk talk   `json:"talk"`
	Name string `json:"name"`
	File string `json:"file"`
	Seen string `json:"seen"` // hash of the file, "" when there is none yet
}

// record adds the talk to a file of tests.
func (s *server) record(r *http.Request, v view) (any, error) {
	rec, err := body[recording](r)
	if err != nil {
		return nil, err
	}
	good, err := s.playable(r.Context())
	if err != nil {
		return nil, err
	}
	if good.programme == nil || !strings.HasSuffix(rec.File, ".test.yaml") || !mayMake.MatchString(rec.File) {
		return nil, errName
	}
	show, err := s.play(v, good.programme, &rec.Talk)
	if err != nil {
		return nil, err
	}
	text := show.record(rec.Name)
	err = s.act(r.Context(), func(to Store) error {
		was, there := to.Files()[rec.File]
		if !there {
			return to.Make(r.Context(), rec.File, []byte(text))
		}
		return to.Save(r.Context(), rec.File, fmt.Appendf(slices.Clip(was.Text), "\n%s", text), rec.Seen)
	})
	if err != nil {
		return nil, err
	}
	return s.stateNow(r, v)
}
