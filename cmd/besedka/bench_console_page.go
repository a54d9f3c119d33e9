package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"besedka/web/console"
)

// operator opens the stream of a page that shows the list and the conversation of shopper
// i, and reads what comes until ctx ends.
func (p *floor) operator(ctx context.Context, all *errgroup.Group, site string, i int) error {
	id, token, err := p.session(ctx, i)
	if err != nil {
		return err
	}
	talk := p.conversations[i]
	q := url.Values{"topic": {fmt.Sprintf("inbox:%d-%d-waiting", id, talk), fmt.Sprintf("talk:%d-waiting", talk)}, "mark": {"", ""}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, site+"/console/events?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	request.AddCookie(&http.Cookie{Name: console.StaffCookie, Value: token})
	stream, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if stream.StatusCode != http.StatusOK {
		return errors.Join(fmt.Errorf("a page's stream: %s", stream.Status), stream.Body.Close())
	}
	all.Go(func() error {
		defer stream.Body.Close()
		lines := bufio.NewScanner(stream.Body)
		lines.Buffer(nil, 4<<20)
		for lines.Scan() {
			p.shows(lines.Text())
		}
		return ended(ctx, errors.Join(errors.New("a page's stream ended"), lines.Err()))
	})
	return nil
}

var probed = regexp.MustCompile(`probe-\d+-\d+`)

// shows notes what is on a screen for the first time.
func (p *floor) shows(line string) {
	if !strings.Contains(line, "probe-") {
		return
	}
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, text := range probed.FindAllString(line, -1) {
		if at, ok := p.sent[text]; ok {
			p.seen = append(p.seen, now.Sub(at))
			delete(p.sent, text)
		}
	}
}
