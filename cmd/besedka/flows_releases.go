package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"besedka/core/conversation"
	"besedka/core/release"
	"besedka/core/source"
)

type flowsReleasesCmd struct {
	place
	JSON  bool   `name:"json" help:"Print JSON."`
	Lang  string `help:"Language of what is told: ru or en." enum:"ru,en" default:"ru"`
	Limit int    `help:"How many publications back." default:"20"`
}

// published is one line of the list.
type published struct {
	At      time.Time `json:"at"`
	Release string    `json:"release"`
	InForce bool      `json:"in_force"`
	Waiting int64     `json:"waiting"` // conversations that wait in it
}

// Run lists what was published, the newest first.
func (c *flowsReleasesCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) (err error) {
	in, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close(ctx)) }()
	publications, err := release.New(in.db).Publications(ctx, c.Limit)
	if err != nil {
		return err
	}
	standing, err := conversation.ReadStanding(ctx, in.db)
	if err != nil {
		return err
	}
	list := history(publications, standing)
	if c.JSON {
		return json.NewEncoder(out).Encode(list)
	}
	for _, p := range list {
		if _, err := fmt.Fprintln(out, p.sentence().In(c.Lang)); err != nil {
			return err
		}
	}
	return nil
}

func history(publications []release.Publication, standing []conversation.Standing) []published {
	waiting := map[string]int64{}
	for _, s := range standing {
		waiting[s.Release] += s.People
	}
	list := make([]published, len(publications))
	for i, p := range publications {
		list[i] = published{At: p.At, Release: p.Release, InForce: i == 0, Waiting: waiting[p.Release]}
	}
	return list
}

func (p published) sentence() source.Text {
	at := p.At.Local().Format("2006-01-02 15:04")
	if p.InForce {
		return source.Sentence("%s  %s  в силе, ждут ответа: %d", "%s  %s  in force, conversations that wait: %d", at, short(p.Release), p.Waiting)
	}
	return source.Sentence("%s  %s  ждут ответа: %d", "%s  %s  conversations that wait: %d", at, short(p.Release), p.Waiting)
}
