package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"besedka/core/fiscal"
	"besedka/core/partner/book"
	"besedka/core/source"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/locales"
)

type placeCmd struct {
	Programme string   `help:"Programme folder; by default the one we stand in, else the shipped programme." type:"path"`
	JSON      bool     `name:"json" help:"Print JSON, one line a receipt."`
	Lang      string   `help:"Language of what is told: ru or en." enum:"ru,en" default:"ru"`
	Files     []string `arg:"" name:"file" help:"Contents of receipts as the tax service has them: JSON."`
}

// placed is a contract: other programs read it.
type placed struct {
	File    string       `json:"file"`
	Verdict book.Verdict `json:"verdict"`
	book.Place
	Trace json.RawMessage `json:"trace"`
}

// Run tells the store of each receipt, and why. What people have taught an
// installation is not known here.
func (c *placeCmd) Run(stdout io.Writer) error {
	f := folder{Dir: c.Programme, JSON: c.JSON, Lang: c.Lang}
	if err := f.exists(); err != nil {
		return err
	}
	p, problems := flows.Load(f.files(), actions.Vocabulary())
	if p == nil {
		return f.refuse(stdout, problems)
	}
	if p.Partners == nil {
		return f.fail(source.Sentence("в папке нет partners.yaml", "the folder has no partners.yaml"))
	}
	texts, err := locales.Load()
	if err != nil {
		return err
	}
	var failed error
	for _, file := range c.Files {
		failed = errors.Join(failed, c.tell(stdout, file, p.Partners, texts.Printer(c.Lang)))
	}
	return failed
}

func (c *placeCmd) tell(w io.Writer, file string, b *book.Book, p *locales.Printer) error {
	r, err := readReceipt(file)
	if err != nil {
		return err
	}
	m := b.Match(r, nil)
	if c.JSON {
		return json.NewEncoder(w).Encode(placed{file, m.Verdict, m.Place, m.Trace})
	}
	why, err := book.Explain(m.Trace, p)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n  %s\n", file, strings.ReplaceAll(why, "\n", "\n    "))
	return err
}

// maxReceipt is how large a file with the contents of one receipt may be.
const maxReceipt = 4 << 20

func readReceipt(file string) (fiscal.Receipt, error) {
	f, err := os.Open(file)
	if err != nil {
		return fiscal.Receipt{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxReceipt+1))
	if err != nil {
		return fiscal.Receipt{}, fmt.Errorf("read %s: %w", file, err)
	}
	r, err := fiscal.ParseReceipt(text)
	if err != nil {
		return r, fmt.Errorf("%s: %w", file, err)
	}
	return r, nil
}
