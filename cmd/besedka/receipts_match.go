package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"besedka/core/product/catalogue"
	"besedka/core/source"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/locales"
)

type matchCmd struct {
	Programme string   `help:"Programme folder; by default the one we stand in, else the shipped programme." type:"path"`
	GTIN      string   `name:"gtin" help:"The bar code that the receipt has for the line."`
	JSON      bool     `name:"json" help:"Print JSON, one line a line."`
	Lang      string   `help:"Language of what is told: ru or en." enum:"ru,en" default:"ru"`
	Lines     []string `arg:"" name:"line" help:"Lines as receipts have them."`
}

// matched is a contract: other programs read it.
type matched struct {
	Line    string            `json:"line"`
	Product string            `json:"product,omitempty"`
	Score   int               `json:"score"`
	Verdict catalogue.Verdict `json:"verdict"`
	Trace   json.RawMessage   `json:"trace"`
}

// Run tells which product of the catalogue each line is, and why. What people
// have taught an installation is not known here.
func (c *matchCmd) Run(stdout io.Writer) error {
	f := folder{Dir: c.Programme, JSON: c.JSON, Lang: c.Lang}
	if err := f.exists(); err != nil {
		return err
	}
	p, problems := flows.Load(f.files(), actions.Vocabulary())
	if p == nil {
		return f.refuse(stdout, problems)
	}
	if p.Catalogue == nil {
		return f.fail(source.Sentence("в папке нет catalogue.yaml", "the folder has no catalogue.yaml"))
	}
	texts, err := locales.Load()
	if err != nil {
		return err
	}
	var failed error
	for _, line := range c.Lines {
		m := p.Catalogue.Match(catalogue.Line{Name: line, GTIN: c.GTIN}, nil)
		failed = errors.Join(failed, c.tell(stdout, line, m, texts.Printer(c.Lang)))
	}
	return failed
}

func (c *matchCmd) tell(w io.Writer, line string, m catalogue.Match, p *locales.Printer) error {
	if c.JSON {
		return json.NewEncoder(w).Encode(matched{line, m.Product, m.Score, m.Verdict, m.Trace})
	}
	why, err := catalogue.Explain(m.Trace, p)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n  %s\n", oneLine.Replace(line), strings.ReplaceAll(why, "\n", "\n    "))
	return err
}
