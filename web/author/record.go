package author

import (
	"fmt"
	"net/http"
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
	good, err := s.playable()
	if err != nil {
		return nil, err
	}
	if good.programme == nil || !strings.HasSuffix(rec.File, ".test.yaml") {
		return nil, errName
	}
	show, err := s.play(v, good.programme, &rec.Talk)
	if err != nil {
		return nil, err
	}
	text := show.record(rec.Name)
	err = s.act(func(f *folder) error {
		was, there := f.files[rec.File]
		if !there {
			return f.make(rec.File, []byte(text))
		}
		return f.save(rec.File, fmt.Appendf(was.text, "\n%s", text), rec.Seen)
	})
	if err != nil {
		return nil, err
	}
	return s.stateNow(r, v)
}
