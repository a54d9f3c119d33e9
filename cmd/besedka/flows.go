package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"besedka/core/source"
	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
	"besedka/flows"
	"besedka/flows/programme"
)

type flowsCmd struct {
	Check    flowsCheckCmd    `cmd:"" help:"Find the mistakes of a programme folder."`
	Test     flowsTestCmd     `cmd:"" help:"Play the transcripts of a programme folder."`
	Play     flowsPlayCmd     `cmd:"" help:"Try a programme folder out in the terminal."`
	Dev      flowsDevCmd      `cmd:"" help:"Open a page to write a programme folder on: check, talk, graph, tests, publishing."`
	Diff     flowsDiffCmd     `cmd:"" help:"Tell which tested conversations would go another way in another folder."`
	Graph    flowsGraphCmd    `cmd:"" help:"Draw the steps of a programme folder, as a Mermaid diagram or an SVG picture."`
	Publish  flowsPublishCmd  `cmd:"" help:"Put a programme folder in force, or go back to an earlier release."`
	Replay   flowsReplayCmd   `cmd:"" help:"Tell which turns of real people would go another way in a programme folder."`
	Releases flowsReleasesCmd `cmd:"" help:"List what was published."`
	Funnel   flowsFunnelCmd   `cmd:"" help:"Count how far members came in the flows of a programme folder, from the database."`
	Schema   flowsSchemaCmd   `cmd:"" help:"Print a JSON Schema of the files of a programme, for editors."`
}

// folder is the programme to look at, and how to speak of it.
type folder struct {
	Dir  string `arg:"" optional:"" help:"Programme folder; by default the one we stand in, else the shipped programme." type:"path"`
	JSON bool   `name:"json" help:"Print JSON."`
	Lang string `help:"Language of what is told: ru or en." enum:"ru,en" default:"ru"`
}

// files are those of the folder that was named, or that we stand in, else of the
// shipped programme.
func (f *folder) files() fs.FS {
	if f.Dir != "" {
		return os.DirFS(f.Dir)
	}
	if _, err := os.Stat("programme.yaml"); err == nil {
		return os.DirFS(".")
	}
	return programme.Files
}

// load reads the programme, or refuses it.
func (f *folder) load(w io.Writer) (*flows.Programme, error) {
	if err := f.exists(); err != nil {
		return nil, err
	}
	p, problems := flows.Load(f.files(), actions.Vocabulary())
	if len(problems) > 0 {
		return nil, f.refuse(w, problems)
	}
	return p, nil
}

// refuse prints mistakes and fails because of them.
func (f *folder) refuse(w io.Writer, problems []*source.Problem) error {
	if err := f.tell(w, problems); err != nil {
		return err
	}
	return f.mistakes(problems)
}

func (f *folder) mistakes(problems []*source.Problem) error {
	return f.fail(source.Sentence("ошибок в программе: %d", "mistakes in the programme: %d", len(problems)))
}

// fail is an error for people, in their language.
func (f *folder) fail(why source.Text) error { return errors.New(why.In(f.Lang)) }

// exists wants the folder to be there.
func (f *folder) exists() error {
	if f.Dir == "" {
		return nil
	}
	if about, err := os.Stat(f.Dir); err != nil || !about.IsDir() {
		return f.fail(source.Sentence("нет папки %s", "there is no folder %s", f.Dir))
	}
	return nil
}

// flow wants the programme to have a flow of that name.
func (f *folder) flow(p *flows.Programme, name string) error {
	if p.Flows[name] != nil {
		return nil
	}
	return f.fail(source.Sentence("нет сценария «%s»; есть: %s", "there is no flow %q; there are: %s", name, strings.Join(slices.Sorted(maps.Keys(p.Flows)), ", ")))
}

// tell prints problems for people, or as a JSON list.
func (f *folder) tell(w io.Writer, problems []*source.Problem) error {
	found := findings(f.files(), problems)
	if f.JSON {
		return json.NewEncoder(w).Encode(found)
	}
	explained := map[string]bool{}
	for _, one := range found {
		if err := one.show(w, f.Lang, !explained[one.Code]); err != nil {
			return err
		}
		explained[one.Code] = true
	}
	return nil
}

// say prints a sentence that is for people only.
func (f *folder) say(w io.Writer, t source.Text) error {
	if f.JSON {
		return nil
	}
	_, err := fmt.Fprintln(w, t.In(f.Lang))
	return err
}

type flowsCheckCmd struct {
	folder
	SARIF bool `name:"sarif" help:"Print SARIF 2.1.0, for code hosts and editors."`
}

// Run prints every mistake with its place; with any it fails.
func (c *flowsCheckCmd) Run(stdout io.Writer) error {
	if err := c.exists(); err != nil {
		return err
	}
	p, problems := flows.Load(c.files(), actions.Vocabulary())
	if err := c.report(stdout, problems); err != nil {
		return err
	}
	if len(problems) > 0 {
		return c.mistakes(problems)
	}
	if c.SARIF {
		return nil
	}
	steps := 0
	for _, f := range p.Flows {
		steps += len(f.Steps)
	}
	return c.say(stdout, source.Sentence("ошибок нет; сценариев %d, шагов %d", "no mistakes; flows: %d, steps: %d", len(p.Flows), steps))
}

func (c *flowsCheckCmd) report(w io.Writer, problems []*source.Problem) error {
	if c.SARIF {
		return writeSARIF(w, c.Dir, c.Lang, findings(c.files(), problems))
	}
	return c.tell(w, problems)
}

type flowsTestCmd struct {
	folder
	Cover    bool   `help:"Print how much of every flow the tests reach, and what they do not."`
	MinCover int    `help:"Fail when the tests reach less than so many percent of all flows."`
	Flow     string `help:"The one flow whose cover is wanted."`
}

// Run plays every transcript; one that goes another way fails it, and so does
// too little cover.
func (c *flowsTestCmd) Run(stdout io.Writer) error {
	p, err := c.load(stdout)
	if err != nil {
		return err
	}
	report, problems := transcript.Play(c.files(), p, actions.Vocabulary())
	if len(problems) > 0 {
		return c.refuse(stdout, problems)
	}
	if c.Flow != "" {
		if err := c.flow(p, c.Flow); err != nil {
			return err
		}
		report.Cover = slices.DeleteFunc(report.Cover, func(of transcript.Cover) bool { return of.Flow != c.Flow })
	}
	if err := c.print(stdout, report); err != nil {
		return err
	}
	if len(report.Failures) > 0 {
		return c.fail(source.Sentence("пошли иначе: %d", "went another way: %d", len(report.Failures)))
	}
	if got := transcript.Sum(report.Cover).Percent(); got < c.MinCover {
		return c.fail(source.Sentence("тесты прошли %d %%, а нужно %d %%", "the tests reach %d %%, %d %% are wanted", got, c.MinCover))
	}
	return nil
}

func (c *flowsTestCmd) print(w io.Writer, r transcript.Report) error {
	if c.JSON {
		return json.NewEncoder(w).Encode(r)
	}
	for _, f := range r.Failures {
		if _, err := fmt.Fprintln(w, f); err != nil {
			return err
		}
	}
	if c.Cover {
		if err := c.printCover(w, r.Cover); err != nil {
			return err
		}
	}
	return c.say(w, source.Sentence("тестов %d, расхождений %d", "tests: %d, differences: %d", r.Tests, len(r.Failures)))
}
