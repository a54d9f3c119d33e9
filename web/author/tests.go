package author

import (
	"net/http"

	"besedka/core/source"
	"besedka/dialogs/transcript"
)

// tried is what came of the tests.
type tried struct {
	Results  []transcript.Result
	Problems []finding // in the tests themselves
	Older    bool      // the folder has mistakes: the last good version was tested
}

func (t tried) failed() int {
	n := 0
	for _, r := range t.Results {
		if len(r.Failures) > 0 {
			n++
		}
	}
	return n
}

// runTests plays every test of the folder on the last good version.
func (s *server) runTests(r *http.Request, v view) (any, error) {
	good, err := s.playable(r.Context())
	if err != nil {
		return nil, err
	}
	var t tried
	if good.programme != nil {
		var problems []*source.Problem
		t.Results, problems = transcript.Results(good.files, good.programme, s.Vocabulary)
		t.Problems = v.findings(problems)
		version, err := s.current(r.Context())
		if err != nil {
			return nil, err
		}
		t.Older = version != good.version
	}
	out, err := html(r.Context(), testList(v, t))
	return map[string]any{"html": out, "tests": len(t.Results), "failed": t.failed() + len(t.Problems)}, err
}
