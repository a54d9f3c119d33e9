package transcript

import (
	"io/fs"

	"besedka/core/source"
	"besedka/dialogs"
	"besedka/flows"
)

// Result is what came of one test, and where it stands.
type Result struct {
	source.Pos
	Test     string
	Failures []Failure
}

// Results plays every test of the folder on p, as Play does, and tells of each.
func Results(fsys fs.FS, p *flows.Programme, v flows.Vocabulary) ([]Result, []*source.Problem) {
	tests, problems := readAll(fsys, p, v)
	if len(problems) > 0 {
		return nil, problems
	}
	results, engine := make([]Result, len(tests)), dialogs.New(p)
	for i, t := range tests {
		results[i] = Result{t.Pos, t.name, play(engine, p, t, reached{})}
	}
	return results, nil
}

// Check reads every test of the folder and plays none: the mistakes in them.
func Check(fsys fs.FS, p *flows.Programme, v flows.Vocabulary) []*source.Problem {
	_, problems := readAll(fsys, p, v)
	return problems
}

// At is where the talk stands: flow/step, - for nothing asked.
func (t *Talk) At() string { return t.player.place() }
