package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/letter"
	"besedka/core/member"
	"besedka/core/tier"
	"besedka/core/tier/ladder"
	"besedka/core/topup"
	"besedka/flows"
	"besedka/storage"
)

type membersTopupCmd struct {
	place
	Programme string `help:"Programme folder; by default the one we stand in, else the shipped programme." type:"path"`
	JSON      bool   `name:"json" help:"Print JSON."`
	Lang      string `help:"Language of what is told: ru or en." enum:"ru,en" default:"ru"`
	File      string `arg:"" help:"CSV with the columns member or phone, amount, and if you like currency and reason." type:"existingfile"`
	DryRun    bool   `help:"Check the file and tell what it would give; give nothing."`
}

// Run gives what the file says, a line a transaction: whatever stops it, the same
// command goes on with the lines that are left, and gives none twice.
func (c *membersTopupCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) (err error) {
	f := folder{Dir: c.Programme, JSON: c.JSON, Lang: c.Lang}
	p, err := f.load(out)
	if err != nil {
		return err
	}
	in, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close(ctx)) }()
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	people := member.New(in.db, in.keys, nil) // nobody is joined here
	door := in.door(people, log)
	s := newTopUps(herald{door, &letter.Service{DB: in.db, Keys: in.keys}, people, func() *flows.Programme { return p }})
	file, problems := topup.Parse(filepath.Base(c.File), text, s.Terms)
	if len(problems) == 0 {
		if problems, err = s.Resolve(ctx, file); err != nil {
			return err
		}
	}
	if len(problems) > 0 {
		return f.refuse(out, problems)
	}
	given := file.Count()
	if !c.DryRun {
		if given.New, err = giveAll(ctx, in.db, s, file); err != nil {
			return err
		}
	}
	return c.tell(out, given)
}

// topUpChunk is how many lines are given in one transaction: other acts of staff wait
// for its end.
const topUpChunk = 100

func giveAll(ctx context.Context, db *storage.DB, s *topup.Service, file topup.File) (fresh int, err error) {
	for lines := range slices.Chunk(file.Lines, topUpChunk) {
		var given int
		err := db.InTx(ctx, func(ctx context.Context, tx storage.Tx) (err error) {
			given, err = s.LinesTx(ctx, tx, time.Now(), file, lines, 0)
			return err
		})
		if err != nil {
			return fresh, fmt.Errorf("%s: the lines before it were given: %w", lines[0].At, err)
		}
		fresh += given
	}
	return fresh, nil
}

// door is for a command beside the server, which sees by itself what comes in.
func (in *installation) door(people *member.Service, log *slog.Logger) *conversation.Service {
	return conversation.New(in.db, in.keys, people, conversation.Waker{Turns: func() {}, Sends: func(chat.Channel) {}}, log)
}

func (c *membersTopupCmd) tell(out io.Writer, given topup.Given) error {
	if c.JSON {
		return json.NewEncoder(out).Encode(given)
	}
	_, err := fmt.Fprintf(out, "%d lines, %d given now\n", given.Lines, given.New)
	return err
}

// newTopUps gives points by the terms of the programme.
func newTopUps(h herald) *topup.Service {
	programme := h.programme
	return &topup.Service{
		Members: h.members,
		Terms: func(currency string) (topup.Terms, bool) {
			p := programme()
			c, ok := p.Currency(currency)
			return topup.Terms{Scale: c.Scale, Expires: func(given time.Time) time.Time {
				at, _ := rules.Expiry(c.Lifetime, given, p.Location)
				return at
			}}, ok
		},
		Tiers: tier.New(tier.Config{Ladder: func() *ladder.Ladder { return programme().Ladder }}), // that leaves word for whoever looks
		Notify: func(ctx context.Context, tx storage.Tx, now time.Time, n topup.Notice) error {
			return h.TellTx(ctx, tx, now, news{n.Member, n.Key, topup.EventGiven, n.Args})
		},
	}
}
