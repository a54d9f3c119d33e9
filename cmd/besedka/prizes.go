package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"besedka/core/prize"
	"besedka/core/prize/showcase"
	"besedka/core/staff"
	"besedka/storage"
)

type prizesCmd struct {
	Codes prizesCodesCmd `cmd:"" help:"Put the codes of a file into a pool, one a line; those that are there already are passed over."`
}

type prizesCodesCmd struct {
	place
	Pool string `arg:"" help:"Name of the pool: that of the prize, unless prizes.yaml says otherwise."`
	File string `arg:"" help:"A code a line; empty lines do not matter." type:"existingfile"`
}

// Run tells how many codes were new and how many were known. Stopped half-way, it
// goes on where it was when it is called again.
func (c *prizesCodesCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) (err error) {
	if !showcase.GoodID(c.Pool) {
		return fmt.Errorf("%q is no name of a pool: letters, digits and _, a letter first", c.Pool)
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	in, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close(ctx)) }()
	total, err := c.load(ctx, in, f)
	if err == nil {
		_, err = fmt.Fprintf(out, "added\t%d\nknown\t%d\n", total.Added, total.Known)
	}
	return err
}

// load reads the file by pieces, each in a transaction.
func (c *prizesCodesCmd) load(ctx context.Context, in *installation, file io.Reader) (total prize.Added, err error) {
	lines, n := bufio.NewScanner(file), 0
	var codes []string
	put := func() error {
		added, err := c.put(ctx, in, codes)
		total.Added, total.Known, codes = total.Added+added.Added, total.Known+added.Known, codes[:0]
		return err
	}
	for lines.Scan() {
		n++
		code := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if code == "" {
			continue
		}
		if !prize.GoodCode(code) {
			return total, fmt.Errorf("%s:%d: a code is text of at most %d bytes", c.File, n, prize.MaxCode)
		}
		if codes = append(codes, code); len(codes) == prize.MaxCodes {
			if err := put(); err != nil {
				return total, err
			}
		}
	}
	if err := lines.Err(); err != nil || len(codes) == 0 {
		return total, err
	}
	return total, put()
}

func (c *prizesCodesCmd) put(ctx context.Context, in *installation, codes []string) (added prize.Added, err error) {
	prizes, now := prize.New(prize.Config{Keys: in.keys}), time.Now()
	err = in.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if added, err = prizes.AddCodesTx(ctx, tx, now, c.Pool, codes); err != nil {
			return err
		}
		return staff.AuditTx(ctx, tx, now, staff.Act{Act: "prizes.codes", Object: "pool/" + c.Pool, Detail: map[string]any{"added": added.Added, "known": added.Known}})
	})
	return added, err
}
