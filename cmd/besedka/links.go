package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"besedka/core/chat"
	"besedka/core/entry"
	"besedka/core/source"
	"besedka/flows"
	"besedka/storage"
)

// linksCmd takes the settings of serve: the links lead to the same bots and pages.
type linksCmd struct {
	serveCmd `embed:""`

	JSON   bool     `name:"json" help:"Print JSON."`
	Lang   string   `help:"Language of the posters and of what is told: ru or en." enum:"ru,en" default:"ru"`
	Place  []string `help:"Where a link will hang: \"Касса 3\". A place of that name is made if there is none; by default all places." sep:"none"`
	Out    string   `help:"Folder to write posters to, one for each place and messenger." type:"path"`
	Format string   `help:"Of the posters: pdf, for a printer, or svg, for a designer." enum:"pdf,svg" default:"pdf"`
}

// entryLink is one link, and the poster that was written of it.
type entryLink struct {
	entry.Place
	Channel chat.Channel `json:"channel"`
	URL     string       `json:"url"`
	Poster  string       `json:"poster,omitempty"`
}

// Run prints a link for each place and messenger, and writes their posters.
func (c *linksCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) (err error) {
	f := folder{Dir: c.Programme, JSON: c.JSON, Lang: c.Lang}
	p, err := f.load(out)
	if err != nil {
		return err
	}
	c.Listen = cmp.Or(c.Listen, defaultListen)
	in, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close(ctx)) }()
	places, err := c.places(ctx, in.db)
	if err != nil {
		return err
	}
	ways, err := c.ways(in.db, log)
	if err != nil {
		return err
	}
	var links []entryLink
	for _, place := range places {
		for _, w := range ways {
			if url := w.link(place.Payload()); url != "" {
				links = append(links, entryLink{Place: place, Channel: w.channel, URL: url})
			}
		}
	}
	if err := c.posters(p, links); err != nil {
		return err
	}
	return c.tell(out, links)
}

// places are those asked for, made where there were none; all when none was.
func (c *linksCmd) places(ctx context.Context, db *storage.DB) (all []entry.Place, err error) {
	if len(c.Place) == 0 {
		return entry.Places(ctx, db)
	}
	err = db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		all = nil
		for _, name := range c.Place {
			p, err := entry.PlaceTx(ctx, tx, time.Now(), name)
			if err != nil {
				return fmt.Errorf("--place %q: %w", name, err)
			}
			all = append(all, p)
		}
		return nil
	})
	return all, err
}

// way leads into a chat of a messenger.
type way struct {
	channel chat.Channel
	link    func(payload string) string
}

// ways are the web chat, and the messengers there are settings for.
func (c *linksCmd) ways(db *storage.DB, log *slog.Logger) ([]way, error) {
	all := []way{{chat.Webchat, func(payload string) string { return chatLink(c.publicURL(), payload) }}}
	for _, m := range c.messengers() {
		l, err := m.open(supplies{db: db, now: time.Now, log: log})
		if err != nil {
			return nil, err
		}
		all = append(all, way{l.Channel(), m.link})
	}
	return all, nil
}

// posters writes them to the folder, if there is one.
func (c *linksCmd) posters(p *flows.Programme, links []entryLink) error {
	if c.Out == "" {
		return nil
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return err
	}
	for i, l := range links {
		drawn, err := newPoster(p, l, c.Lang).draw(c.Format)
		if err != nil {
			return fmt.Errorf("poster of %q: %w", l.Name, err)
		}
		links[i].Poster = filepath.Join(c.Out, fmt.Sprintf("%s-%s.%s", l.Code, l.Channel, c.Format))
		if err := os.WriteFile(links[i].Poster, drawn, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (c *linksCmd) tell(w io.Writer, links []entryLink) error {
	if c.JSON {
		return json.NewEncoder(w).Encode(links)
	}
	if len(links) == 0 {
		_, err := fmt.Fprintln(w, source.Sentence("мест ещё нет: назовите первое, --place \"Касса 3\"", "there are no places yet: name the first one, --place \"Till 3\"").In(c.Lang))
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range links {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", l.Name, l.Channel, l.URL, l.Poster)
	}
	return table.Flush()
}
