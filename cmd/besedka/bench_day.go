package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"besedka/core/campaign"
	"besedka/core/campaign/rules"
	"besedka/core/ledger"
	"besedka/core/receipt"
	"besedka/core/verify"
	"besedka/core/verify/emulator"
	"besedka/storage"
)

// day is receipts of a mix on a virtual clock: printed, sent by shoppers and
// settled by the loops that serve runs, in the order of their instants.
type day struct {
	mix      emulator.Mix
	receipts int
	seed     uint64
	outage   time.Duration // amid the uploads

	db      *storage.DB
	tax     *emulated
	service *receipt.Service
	dice    *rand.Rand
	clock   time.Time
	zone    *time.Location
	coming  []upload // by their instants
	fates   map[int64]*fate
	members []memberRow
	due     [3]time.Time // when each loop has work again; zero: nothing is known

	mu sync.Mutex // of clock and fates
}

// upload is one receipt on its way to us.
type upload struct {
	at      time.Time
	qr      string
	counts  bool // a genuine receipt's first upload
	another bool // by somebody else than its owner
	n       int  // of the receipt
}

// fate is what a receipt came to.
type fate struct {
	uploaded time.Time
	final    time.Time // zero: no verdict so far
	person   time.Time // zero: no person was asked
	counts   bool
}

const (
	uploadEvery  = 100 * time.Millisecond // ten a second
	oneIn        = 20                     // receipts a member sends: far below what is allowed
	forgedOneIn  = 100                    // receipts whose sign is wrong, each sent by two
	doubledOneIn = 50                     // receipts that somebody else sends too
	tillSkew     = 65 * time.Second       // tills are that far off, seen in the stores
	daySum       = 400_00                 // kopecks on each receipt
)

const dayCampaign = `campaign: day
name: Пять процентов
period: {from: 2026-01-01}
when: receipt.total >= 300
reward: {percent: 5, ttl: P6M}
`

// run plays the day and 24 hours more.
func (d *day) run(ctx context.Context, db *storage.DB) (_ outcome, err error) {
	d.db, d.fates, d.dice = db, map[int64]*fate{}, rand.New(rand.NewPCG(d.seed, 1))
	if d.zone, err = time.LoadLocation("Europe/Moscow"); err != nil {
		return outcome{}, err
	}
	d.clock = time.Date(2026, 6, 2, 0, 10, 0, 0, d.zone)
	d.tax, err = startEmulator(emulator.Config{Now: d.now, Zone: d.zone, Strict: true, Latency: true, Seed: d.seed})
	if err != nil {
		return outcome{}, err
	}
	defer d.tax.close() //nolint:errcheck // nothing is left to lose
	if err := d.begin(ctx); err != nil {
		return outcome{}, err
	}
	last := d.coming[len(d.coming)-1].at
	if err := d.play(ctx, last.Add(verify.Patience+time.Minute)); err != nil {
		return outcome{}, err
	}
	return d.outcome(ctx)
}

func (d *day) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.clock
}

// begin publishes a campaign, registers the members and prints the receipts.
func (d *day) begin(ctx context.Context) (err error) {
	d.service = receipt.New(receipt.Config{
		DB: d.db, Campaigns: &campaign.Service{}, Provider: d.tax.client(), Name: "emulator", Zone: d.zone,
		Notify: d.notify, Log: slog.New(slog.DiscardHandler),
	})
	err = d.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		return d.service.Campaigns.PublishTx(ctx, tx, d.clock.AddDate(0, 0, -1), rules.Terms{Zone: d.zone},
			[]campaign.Source{{ID: "day", File: "campaigns/day.yaml", Text: []byte(dayCampaign)}})
	})
	if err != nil {
		return err
	}
	if d.members, err = storage.Collect[memberRow](ctx, d.db, qDayMembers, d.clock.AddDate(0, 0, -1), d.receipts/oneIn+2); err != nil {
		return err
	}
	return d.print()
}

const qDayMembers = `insert into member (created_at, registered_at) select $1, $1 from generate_series(1, $2::int) returning id`

// print puts the day's receipts into the emulator and their uploads on the list.
func (d *day) print() error {
	length := max(time.Duration(d.receipts)*uploadEvery, 2*d.outage, d.mix.Length())
	for n := range d.receipts {
		at := d.clock.Add(time.Duration(d.dice.Float64() * float64(length)))
		if err := d.document(n, at, emulator.OK); err != nil {
			return err
		}
	}
	for n := d.receipts; n < d.receipts+d.receipts/forgedOneIn; n++ {
		at := d.clock.Add(time.Duration(d.dice.Float64() * float64(length)))
		if err := d.document(n, at, emulator.Forged); err != nil {
			return err
		}
	}
	slices.SortStableFunc(d.coming, func(a, b upload) int { return a.at.Compare(b.at) })
	if d.outage > 0 {
		from := d.clock.Add((length - d.outage) / 2)
		if err := d.tax.Plan(emulator.Trouble{Provider: emulator.FNS, Kind: emulator.Down, From: from, Until: from.Add(d.outage)}); err != nil {
			return err
		}
	}
	return d.tax.Begin(d.mix)
}

// document prints receipt n, which is sent at the given instant.
func (d *day) document(n int, at time.Time, v emulator.Verdict) error {
	printed := at.Add(-d.mix.Upload(d.dice))
	shown := printed.Add(time.Duration((2*d.dice.Float64() - 1) * float64(tillSkew)))
	qr, err := d.tax.Add(emulator.Document{
		Contents: fmt.Appendf(nil, `{"code":3,"operationType":1,"fiscalDriveNumber":"9289000100000001","fiscalDocumentNumber":%d,"fiscalSign":%d,
			"dateTime":%q,"totalSum":%[4]d,"userInn":"7700000001","items":[{"name":"Кефир","price":%[4]d,"quantity":1,"sum":%[4]d}]}`,
			n+2, 1_000_000_000+n, shown.In(d.zone).Format("2006-01-02T15:04:05"), daySum),
		Arrives: printed.Add(d.mix.Arrival(d.dice)), Verdict: v,
	})
	if err != nil {
		return err
	}
	d.coming = append(d.coming, upload{at: at, qr: qr, n: n, counts: v == emulator.OK})
	if v == emulator.Forged || n%doubledOneIn == 0 {
		after := time.Duration(d.dice.Float64() * float64(10*time.Minute))
		d.coming = append(d.coming, upload{at: at.Add(after), qr: qr, n: n, another: true})
	}
	return nil
}

// notify remembers when each receipt was settled.
func (d *day) notify(_ context.Context, _ storage.Tx, now time.Time, news ...receipt.Notice) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, n := range news {
		d.hear(now, n)
	}
	return nil
}

func (d *day) hear(now time.Time, n receipt.Notice) {
	id, _ := n.Args["receipt"].Int()
	f := d.fates[id]
	if f == nil {
		return // a claim that never became a receipt
	}
	switch n.Name {
	case receipt.EventCredited, receipt.EventRejected:
		f.final = now
	case receipt.EventManual:
		f.person = now
	}
}

// play goes from one instant at which something is due to the next, until end.
// Loops look around every lookAround; here they do no better.
func (d *day) play(ctx context.Context, end time.Time) error {
	for {
		sent, err := d.submit(ctx)
		if err != nil {
			return err
		}
		next, err := d.work(ctx, sent)
		if err != nil {
			return err
		}
		if len(d.coming) > 0 {
			next = earliest(next, d.coming[0].at)
		}
		if next.IsZero() || next.After(end) {
			return nil
		}
		d.set(next)
	}
}

// set moves the clock to the first glance at or after an instant.
func (d *day) set(at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if at = at.Add(lookAround - 1).Truncate(lookAround); at.After(d.clock) {
		d.clock = at
		return
	}
	d.clock = d.clock.Add(lookAround)
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// submit sends what shoppers have sent by now.
func (d *day) submit(ctx context.Context) (sent bool, err error) {
	now := d.now()
	for len(d.coming) > 0 && !d.coming[0].at.After(now) {
		u := d.coming[0]
		d.coming, sent = d.coming[1:], true
		owner := u.n
		if u.another {
			owner++
		}
		var r receipt.Result
		err := d.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) (err error) {
			r, err = d.service.SubmitTx(ctx, tx, now, receipt.Submission{
				Key: fmt.Sprintf("day/%d/%v", u.n, u.another), Member: d.members[owner%len(d.members)].ID, Text: u.qr, At: u.at,
			})
			return err
		})
		if err != nil {
			return sent, fmt.Errorf("submit %s: %w", u.qr, err)
		}
		if r.Receipt != 0 && d.fates[r.Receipt] == nil {
			d.fates[r.Receipt] = &fate{uploaded: u.at, counts: u.counts}
		}
	}
	return sent, nil
}

// work runs the loops of a receipt's life dry at the present instant: those that
// are due, and those that others have made work for.
func (d *day) work(ctx context.Context, woken bool) (next time.Time, err error) {
	now := d.now()
	for i, s := range []step{d.service.VerifyStep, d.service.CreditStep, d.service.DeadlineStep} {
		for due := woken || !d.due[i].IsZero() && !d.due[i].After(now); due; {
			if due, d.due[i], err = s(ctx, now); err != nil {
				return next, err
			}
			woken = woken || due
		}
		if !d.due[i].IsZero() {
			next = earliest(next, d.due[i])
		}
	}
	return next, nil
}

// outcome counts.
func (d *day) outcome(ctx context.Context) (o outcome, err error) {
	var took []time.Duration
	settled := 0
	for _, f := range d.fates {
		if !f.counts {
			continue
		}
		o.receipts++
		took = append(took, f.took())
		if f.final.IsZero() && !f.person.IsZero() {
			o.persons++
		}
		if f.settled() {
			settled++
		}
	}
	slices.Sort(took)
	within := func(limit time.Duration) float64 {
		n := sort.Search(len(took), func(i int) bool { return took[i] > limit })
		return d.percent(n)
	}
	o.within30, o.within4h = within(30*time.Second), within(4*time.Hour)
	o.median, o.p95 = took[len(took)/2].Seconds(), took[len(took)*95/100].Seconds()
	o.settled, o.lost = d.percent(settled), d.receipts-settled
	s := d.tax.Stats()
	documents := float64(d.receipts + d.receipts/forgedOneIn)
	o.sends, o.polls = float64(s.Sends)/documents, float64(polls(s))/documents
	o.repeats, o.fastPolls, o.named = s.Repeats, s.FastPolls, s.NamedUsers
	if o.double, err = storage.Value[int](ctx, d.db, qDayDouble); err != nil {
		return o, err
	}
	report, err := ledger.Check(ctx, d.db)
	o.double += len(report.Breaches)
	return o, err
}

// took is how long the verdict took; of one that never came, for ever.
func (f *fate) took() time.Duration {
	if f.final.IsZero() {
		return emulator.Never
	}
	return f.final.Sub(f.uploaded)
}

// settled says whether a verdict came or a person was asked in time.
func (f *fate) settled() bool {
	person := !f.person.IsZero() && f.person.Sub(f.uploaded) <= verify.Patience+2*lookAround
	return person || f.took() <= verify.Patience
}

func polls(s emulator.Stats) (n int) {
	for call, times := range s.Calls {
		if strings.HasPrefix(call, "poll ") {
			n += times
		}
	}
	return n
}

func (d *day) percent(n int) float64 { return 100 * float64(n) / float64(d.receipts) }

// qDayDouble counts accruals beyond the first of a receipt or of its document.
const qDayDouble = `
select (select count(*) - count(distinct receipt_id) from ledger_tx where kind = 'accrue' and receipt_id is not null)
  + (select count(*) - count(distinct (fn, fd, fp)) from receipt where state = 'credited')`
