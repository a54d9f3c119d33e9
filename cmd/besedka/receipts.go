package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"besedka/core/fiscal"
	"besedka/core/qr"
)

type receiptsCmd struct {
	Decode decodeCmd `cmd:"" help:"Read the QR codes in pictures and PDFs: one line a file."`
	Parse  parseCmd  `cmd:"" help:"Read the text of a fiscal QR code."`
	Match  matchCmd  `cmd:"" help:"Tell which products of the catalogue lines of receipts are, and why."`
	Place  placeCmd  `cmd:"" help:"Tell in which stores of the partners receipts were made, and why."`
}

type decodeCmd struct {
	MS    bool     `name:"ms" help:"Put #ms=, the CPU milliseconds of the file, and a TAB in front."`
	Files []string `arg:"" name:"file" help:"Pictures: JPEG, PNG, GIF, WebP; or PDF."`
}

// decodeBudget is what one picture may take here: nobody waits for an answer, and all
// passes together are two seconds' work on a machine that is not busy.
const decodeBudget = 30 * time.Second

// oneLine keeps a code's text on its line.
var oneLine = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// Run prints a line for every file, an empty one when it gave no text. Files that
// cannot be read are told on the log and are no failure: others wait for lines.
func (c *decodeCmd) Run(ctx context.Context, stdout io.Writer, log *slog.Logger) error {
	eyes := openEyes(ctx, ownCache(), log)
	defer eyes.Close(ctx) //nolint:errcheck // the process ends
	for _, file := range c.Files {
		before := cpu()
		line := strings.Join(c.read(ctx, eyes, file, log), "\t")
		if c.MS {
			line = fmt.Sprintf("#ms=%.1f\t%s", float64(cpu()-before)/float64(time.Millisecond), line)
		}
		if _, err := fmt.Fprintln(stdout, line); err != nil {
			return fmt.Errorf("decode %s: %w", file, err)
		}
	}
	return nil
}

// read is the fiscal texts in a picture, else the other ones.
func (c *decodeCmd) read(ctx context.Context, eyes eyes, file string, log *slog.Logger) (texts []string) {
	data, err := readPicture(file)
	if err != nil {
		log.WarnContext(ctx, "picture not read", "err", err)
		return nil
	}
	budget, cancel := context.WithTimeout(ctx, decodeBudget)
	defer cancel()
	var others []string
	found := eyes.ReadFile(budget, data)
	if found.Fault != nil {
		log.WarnContext(ctx, "our reader failed on a picture", "file", file, "err", found.Fault)
	}
	for _, code := range found.Codes {
		if q, _ := fiscal.Parse(code); q.FN != "" {
			texts = append(texts, oneLine.Replace(code))
		} else {
			others = append(others, oneLine.Replace(code))
		}
	}
	if len(texts) == 0 {
		return others
	}
	return texts
}

// readPicture takes no more of a file than is needed to know that it is too large.
func readPicture(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, qr.MaxBytes+1))
}

// cpu is what this process has used so far.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

type parseCmd struct {
	JSON bool   `name:"json" help:"Print JSON."`
	Text string `arg:"" help:"What the QR code says."`
}

// parsed is a contract: other programs read it.
type parsed struct {
	OK           bool             `json:"ok"`
	Reason       fiscal.Reason    `json:"reason,omitempty"`
	Country      string           `json:"country,omitempty"`
	T            string           `json:"t,omitempty"`
	SumKopecks   *int64           `json:"sumKopecks,omitempty"`
	FN           string           `json:"fn,omitempty"`
	FD           int64            `json:"fd,omitempty"`
	FP           int64            `json:"fp,omitempty"`
	N            fiscal.Operation `json:"n,omitempty"`
	SumAmbiguous *bool            `json:"sumAmbiguous,omitempty"`
}

// Run prints what the text means; a text that is no receipt is an answer, too.
func (c *parseCmd) Run(stdout io.Writer) error {
	if c.JSON {
		return json.NewEncoder(stdout).Encode(parseText(c.Text))
	}
	q, err := fiscal.Parse(c.Text)
	answer := q.String()
	if refusal, ok := errors.AsType[*fiscal.Refusal](err); ok {
		answer = refused(refusal, c.Text)
	}
	_, err = fmt.Fprintln(stdout, answer)
	return err
}

// refused is the reason with all that is known of what was sent instead.
func refused(r *fiscal.Refusal, text string) string {
	words := []string{string(r.Reason), r.Country, string(r.Kind), r.Foreign.Key}
	if f := r.Foreign; f.HasSum {
		words = append(words, fmt.Sprintf("%d.%02d", f.Sum/100, f.Sum%100))
	}
	if r.Incomplete() {
		words = append(words, fiscal.Sketch(text).Text())
	}
	words = slices.DeleteFunc(words, func(s string) bool { return s == "" })
	return strings.Join(words, " ")
}

func parseText(text string) parsed {
	q, err := fiscal.Parse(text)
	p := parsed{OK: err == nil, Country: "RU"}
	var refusal *fiscal.Refusal
	if errors.As(err, &refusal) {
		p.Reason, p.Country = refusal.Reason, refusal.Country
	}
	if q.FN == "" {
		return p
	}
	p.T, p.SumKopecks, p.SumAmbiguous = q.Time.String(), &q.Sum, &q.SumAmbiguous
	p.FN, p.FD, p.FP, p.N = q.FN, q.FD, q.FP, q.Operation
	return p
}
