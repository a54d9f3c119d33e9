package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/staff"
	"besedka/core/staff/access"
	"besedka/storage"
	"besedka/web"
)

// benchConsoleCmd measures how soon operators see what shoppers write, while the bot talks
// to others at half the speed that it could.
type benchConsoleCmd struct {
	benchPlan `embed:""`
	Open      int `help:"Conversations that people have." default:"500"`
	Operators int `help:"Operators, each with an open page of the inbox that shows the list and one conversation." default:"50"`
}

// probeEvery is how often one of the shoppers whom somebody looks at writes.
const probeEvery = 50 * time.Millisecond

// Run prints milliseconds, and how many indexed look-ups would have fitted into them, made
// in the same minutes beside the same load.
func (c *benchConsoleCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	if c.Open < c.Operators || c.Operators < 1 || c.Members < c.Open+manyChats {
		return fmt.Errorf("there must be at least one operator, a conversation for each, and %d members more", manyChats)
	}
	return c.inWorld(ctx, log, func(w *world) error {
		p := &floor{world: w, sent: map[string]time.Time{}}
		turns := w.prefilled("turn", manyChats, len(round), roundAt)
		if _, err := turns.measure(ctx, warmUp); err != nil {
			return err
		}
		full, err := turns.measure(ctx, time.Duration(c.Seconds)*time.Second)
		if err != nil {
			return err
		}
		w.apart = 1
		if err := p.handOver(ctx, c.Open); err != nil {
			return err
		}
		for pair := range c.Pairs {
			if err := p.shift(ctx, c, full.perSecond/2); err != nil {
				return err
			}
			if err := p.print(out, fmt.Sprintf("pair.%d.", pair+1), full.perSecond/2); err != nil {
				return err
			}
			p.all = append(p.all, p.seen...)
			p.lookedAll = append(p.lookedAll, p.looked...)
		}
		p.seen, p.looked = p.all, p.lookedAll
		return p.print(out, "", full.perSecond/2)
	})
}

// floor is the operators' and what they see.
type floor struct {
	*world
	conversations []int64 // of the first shoppers
	turned        int     // shoppers' messages to the bot

	mu                sync.Mutex
	sent              map[string]time.Time
	seen, all         []time.Duration // from a message to the screen
	looked, lookedAll []time.Duration // one look-up
}

// handOver has people take the conversations of the first n shoppers over, by the batches
// that turns do it with.
func (p *floor) handOver(ctx context.Context, n int) error {
	for i := range n {
		if err := p.writes(ctx, i, "Позовите человека"); err != nil {
			return err
		}
		id, err := storage.Value[int64](ctx, p.db, qBenchNewest)
		if err != nil {
			return err
		}
		p.conversations = append(p.conversations, id)
	}
	return p.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		var b storage.Batch
		conversation.QueueHandOffs(&b, time.Now(), p.conversations, slices.Repeat([]string{"support"}, n))
		return b.Send(ctx, tx)
	})
}

func (p *floor) writes(ctx context.Context, shopper int, text string) error {
	return p.door.Receive(ctx, time.Now(), conversation.Arrival{
		Channel: p.null.Channel(), Account: p.null.Account(), Messages: []conversation.Message{p.message(shopper, chat.Inbound{Text: text})},
	})
}

// shift opens the pages, lets everybody work for one measurement and closes them.
func (p *floor) shift(ctx context.Context, c *benchConsoleCmd, load float64) error {
	p.seen, p.looked = nil, nil
	if err := p.sweep(ctx); err != nil {
		return err
	}
	site, err := p.pages(nil, nil)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := web.Server(ctx, site)
	go server.Serve(l) //nolint:errcheck // it ends with Close
	defer server.Close()
	working, stop := context.WithCancel(ctx)
	defer stop()
	var all errgroup.Group
	for i := range c.Operators {
		if err := p.operator(working, &all, "http://"+l.Addr().String(), i); err != nil {
			return err
		}
	}
	p.begin(working, &all, load)
	err = p.probe(ctx, c.Operators, time.Now().Add(time.Duration(c.Seconds)*time.Second))
	stop()
	return errors.Join(err, all.Wait())
}

// begin runs the loops of serve and the load.
func (p *floor) begin(ctx context.Context, all *errgroup.Group, load float64) {
	for _, l := range p.world.all {
		if l.name != turnLoop && l.name != aloneLoop && l.name != "delivery" {
			continue
		}
		for range max(1, l.workers) {
			all.Go(func() error { l.run(ctx, time.Now, p.log); return nil })
		}
	}
	all.Go(func() error { return ended(ctx, p.talk(ctx, load)) })
	all.Go(func() error { return ended(ctx, p.lookUp(ctx)) })
}

// ended is no error when the measurement is over.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// talk has shoppers that nobody looks at write to the bot, so many messages a second.
func (p *floor) talk(ctx context.Context, load float64) error {
	const every = 50 * time.Millisecond
	tick := time.NewTicker(every)
	defer tick.Stop()
	owed := 0.0
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		owed += load * every.Seconds()
		var messages []conversation.Message
		for ; owed >= 1 && len(messages) < batch; owed-- {
			n := p.turned % manyChats
			messages = append(messages, p.message(len(p.conversations)+n, roundAt(p.turned/manyChats)))
			p.turned++
		}
		if len(messages) == 0 {
			continue
		}
		if err := p.door.Receive(ctx, time.Now(), conversation.Arrival{Channel: p.null.Channel(), Account: p.null.Account(), Messages: messages}); err != nil {
			return err
		}
	}
}

// lookUp finds conversations by their ids meanwhile: the measure of all the rest.
func (p *floor) lookUp(ctx context.Context) error {
	for i := 0; ctx.Err() == nil; i++ {
		begun := time.Now()
		if _, err := storage.Value[int64](ctx, p.db, qBenchLookUp, p.conversations[i%len(p.conversations)]); err != nil {
			return err
		}
		took := time.Since(begun)
		p.mu.Lock()
		p.looked = append(p.looked, took)
		p.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}

// probe has the shoppers whom the operators look at write, and waits until all of it was
// seen.
func (p *floor) probe(ctx context.Context, operators int, end time.Time) error {
	for i := 0; time.Now().Before(end); i++ {
		text := fmt.Sprintf("probe-%d-%d", p.heard, i)
		p.mu.Lock()
		p.sent[text] = time.Now()
		p.mu.Unlock()
		if err := p.writes(ctx, i%operators, text); err != nil {
			return err
		}
		time.Sleep(probeEvery)
	}
	for patience := time.Now().Add(time.Minute); ; time.Sleep(probeEvery) {
		p.mu.Lock()
		left := len(p.sent)
		p.mu.Unlock()
		switch {
		case left == 0:
			return nil
		case time.Now().After(patience):
			return fmt.Errorf("%d messages are on nobody's screen", left)
		}
	}
}

// print tells percentiles, and their ratios to the median look-up.
func (p *floor) print(out io.Writer, prefix string, load float64) error {
	slices.Sort(p.seen)
	slices.Sort(p.looked)
	look := milliseconds(p.looked, 50)
	figures := []struct {
		name  string
		value float64
		unit  string
	}{
		{"load", load, "turns/s"},
		{"seen", float64(len(p.seen)), "messages"},
		{"look_up", look, "ms"},
		{"look_up.p99", milliseconds(p.looked, 99), "ms"},
		{"screen", milliseconds(p.seen, 50), "ms"},
		{"screen.p95", milliseconds(p.seen, 95), "ms"},
		{"screen.p99", milliseconds(p.seen, 99), "ms"},
		{"screen.ratio", milliseconds(p.seen, 50) / look, "x"},
		{"screen.p95.ratio", milliseconds(p.seen, 95) / look, "x"},
		{"screen.p99.ratio", milliseconds(p.seen, 99) / look, "x"},
	}
	for _, f := range figures {
		if err := figure(out, prefix+"console."+f.name, f.value, f.unit); err != nil {
			return err
		}
	}
	return nil
}

func milliseconds(sorted []time.Duration, percent int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return float64(sorted[len(sorted)*percent/100]) / float64(time.Millisecond)
}

// session is the cookie of an operator who is new.
func (p *floor) session(ctx context.Context, i int) (id int64, token string, err error) {
	now := time.Now()
	err = p.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if id, err = staff.AdmitTx(ctx, tx, now, 0, staff.Person{Name: fmt.Sprint("Оператор ", i), Roles: []staff.Role{staff.Operator}}); err != nil {
			return err
		}
		token, err = p.access.StartTx(ctx, tx, now, id, access.ByPasskey, "bench")
		return err
	})
	return id, token, err
}

const qBenchNewest = `select conversation_id from inbox order by id desc limit 1`

const qBenchLookUp = `select id from conversation where id = $1`
