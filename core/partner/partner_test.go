package partner_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/fiscal"
	"besedka/core/partner"
	"besedka/core/release"
	"besedka/core/review"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var now = time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)

const shops = `
partners:
  lavka:
    name: Лавка
    inn: "3310000006"
    category: продукты
    stores:
      lavka_lug: { address: "Суздаль, ул. Луговая, 5", tills: ["0001234567012345"], format: у дома }
      lavka_kgd: { address: "Калининград, пр-т Мира, 10", zone: Europe/Kaliningrad, since: 2026-05-03 }
`

const (
	lavka  = "3310000006"
	tenant = "3310000013"
)

// mall is a database with receipts whose places are found.
type mall struct {
	*testing.T
	db      *storage.DB
	service *partner.Service
	staff   int64
	member  int64
	keys    atomic.Int64
	log     bytes.Buffer
}

func open(t *testing.T, partners string) *mall {
	t.Helper()
	m := &mall{T: t, db: storagetest.DB(t)}
	m.service = &partner.Service{Log: slog.New(slog.NewTextHandler(&m.log, nil))}
	m.publish(now, partners)
	var err error
	m.staff, err = storage.Value[int64](t.Context(), m.db, "insert into staff (name, roles, created_at) values ('A', '{reviewer}', $1) returning id", now)
	m.must(err)
	m.member, err = storage.Value[int64](t.Context(), m.db, "insert into member (created_at) values ($1) returning id", now)
	m.must(err)
	return m
}

func (m *mall) must(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

func (m *mall) publish(at time.Time, partners string) {
	m.Helper()
	files := fstest.MapFS{"programme.yaml": {Data: []byte("name: T")}}
	if partners != "" {
		files["partners.yaml"] = &fstest.MapFile{Data: []byte(partners)}
	}
	_, _, err := release.New(m.db).Publish(m.Context(), release.Order{At: at}, files, func(context.Context, storage.Tx, string) error { return nil })
	m.must(err)
}

func (m *mall) tx(do func(ctx context.Context, tx storage.Tx) error) error {
	return m.db.InTx(m.Context(), do)
}

// keep makes a verified receipt without a place.
func (m *mall) keep() int64 {
	m.Helper()
	id, err := storage.Value[int64](m.Context(), m.db, `insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
		values ('9289000100000001', $1, 1, 1, $2::timestamptz at time zone 'UTC', 'UTC', $2::timestamptz, 1, $3, 'verified', $2, $2) returning id`, m.keys.Add(1), now, m.member)
	m.must(err)
	return id
}

func at(inn, address string) fiscal.Receipt {
	return fiscal.Receipt{FN: "9289000100000001", INN: inn, Address: address, Time: fiscal.Stamp{Local: fiscal.CivilAt(now)}}
}

// buy makes a verified receipt and finds its place.
func (m *mall) buy(r fiscal.Receipt) int64 {
	m.Helper()
	id := m.keep()
	m.match(id, r)
	return id
}

func (m *mall) match(id int64, r fiscal.Receipt) {
	m.Helper()
	m.must(m.tx(func(ctx context.Context, tx storage.Tx) error { return m.service.MatchTx(ctx, tx, now, id, r) }))
}

// found is the places of receipts, in short.
func (m *mall) found(receipts ...int64) (told []string) {
	m.Helper()
	for _, id := range receipts {
		f, err := partner.Find(m.Context(), m.db, id)
		m.must(err)
		told = append(told, strings.TrimSpace(fmt.Sprintf("%s %s", f.Verdict, f.Store)))
	}
	return told
}

// tasks are the open questions.
func (m *mall) tasks() (ids []int64) {
	m.Helper()
	all, err := partner.Unknown(m.Context(), m.db, 0, 100)
	m.must(err)
	for _, w := range all {
		ids = append(ids, w.Task)
	}
	return ids
}

func (m *mall) decide(task int64, store string) (settled int, err error) {
	err = m.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		settled, err = m.service.DecideTx(ctx, tx, now, partner.Decision{Task: task, Staff: m.staff, Store: store, Note: "вижу на чеке"})
		return err
	})
	return settled, err
}

func (m *mall) correct(receipt, replaces int64, store string) (settled int, err error) {
	err = m.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		settled, err = m.service.CorrectTx(ctx, tx, now, partner.Correction{Receipt: receipt, Replaces: replaces, Staff: m.staff, Store: store, Note: "поправка"})
		return err
	})
	return settled, err
}

func (m *mall) expect(what string, want, got any) {
	m.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		m.Errorf("%s (-want +got): %s", what, diff)
	}
}

func (m *mall) refuse(what string, want, err error) {
	m.Helper()
	if !errors.Is(err, want) {
		m.Errorf("%s: %v, want %v", what, err, want)
	}
}

// A shop that nobody knows is asked about once, and nobody is asked again.
func TestDecisionTeachesTheAddress(t *testing.T) {
	t.Parallel()
	m := open(t, shops)
	first, again := m.buy(at(tenant, "г. Суздаль, Луговая ул, 5")), m.buy(at(tenant, "СУЗДАЛЬ Г., УЛ.ЛУГОВАЯ, Д.5"))
	elsewhere, known := m.buy(at(tenant, "Кострома, 1")), m.buy(at(lavka, "Суздаль г, Луговая, д. 5"))
	m.expect("before", []string{"unsure", "unsure", "unsure", "accepted lavka_lug"}, m.found(first, again, elsewhere, known))
	waiting, err := partner.Unknown(t.Context(), m.db, 0, 100)
	m.must(err)
	if len(waiting) != 2 || waiting[0].Receipts != 2 || waiting[0].INN != tenant || waiting[0].Receipt != first || waiting[1].Receipts != 1 {
		t.Fatalf("questions: %+v", waiting)
	}
	_, err = m.decide(waiting[0].Task, "lavka_kdg")
	m.refuse("a store that is none", partner.ErrNoStore, err)
	settled, err := m.decide(waiting[0].Task, "lavka_lug")
	m.must(err)
	m.expect("settled", 2, settled)
	_, err = m.decide(waiting[0].Task, "")
	m.refuse("decided before", review.ErrDecided, err)
	later := m.buy(at(tenant, "г Суздаль ул Луговая 5"))
	m.expect("after", []string{"accepted lavka_lug", "accepted lavka_lug", "unsure", "accepted lavka_lug", "accepted lavka_lug"}, m.found(first, again, elsewhere, known, later))
	settled, err = m.decide(waiting[1].Task, "")
	m.must(err)
	m.expect("none of them", []string{"other"}, m.found(elsewhere))
	m.expect("settled", 1, settled)
	places, err := partner.Places(t.Context(), m.db, []int64{first, elsewhere, known})
	m.must(err)
	place := partner.Place{Partner: "lavka", Store: "lavka_lug", Format: "у дома", Category: "продукты"}
	m.expect("places", map[int64]partner.Place{first: place, known: place}, places)
}

// What a person has said can be taken back by one who has seen it, and by nobody else;
// a till is not argued with.
func TestCorrection(t *testing.T) {
	t.Parallel()
	m := open(t, shops)
	id, other := m.buy(at(lavka, "Суздаль, Луговая, 5")), m.buy(at(lavka, "Суздаль, Луговая, 5"))
	settled, err := m.correct(id, 0, "lavka_kgd")
	m.must(err)
	m.expect("both", 2, settled)
	m.expect("corrected", []string{"accepted lavka_kgd", "accepted lavka_kgd"}, m.found(id, other))
	_, err = m.correct(other, 0, "")
	m.refuse("without having seen it", partner.ErrReplaced, err)
	f, err := partner.Find(t.Context(), m.db, id)
	m.must(err)
	_, err = m.correct(other, f.Decision, "")
	m.must(err)
	m.expect("none", []string{"other", "other"}, m.found(id, other))
	till := at(lavka, "Кострома, 1")
	till.Till = "0001234567012345"
	_, err = m.correct(m.buy(till), 0, "")
	m.refuse("a till", partner.ErrTill, err)
	_, err = m.correct(m.buy(fiscal.Receipt{}), 0, "lavka_lug")
	m.refuse("nothing to remember", partner.ErrNameless, err)
	_, err = m.correct(m.keep(), 0, "lavka_lug")
	m.refuse("no place kept", storage.ErrNotFound, err)
	m.expect("nobody is asked", []int64(nil), m.tasks())
}

// A correction answers what somebody was asked.
func TestCorrectionAnswersTheTask(t *testing.T) {
	t.Parallel()
	m := open(t, shops)
	id := m.buy(at(tenant, "Суздаль, 7"))
	m.expect("asked", 1, len(m.tasks()))
	_, err := m.correct(id, 0, "lavka_lug")
	m.must(err)
	m.expect("answered", []int64(nil), m.tasks())
}

// A store that takes no part on the day of the receipt is refused, and receipts of
// other days are asked about anew.
func TestDays(t *testing.T) {
	t.Parallel()
	m := open(t, shops)
	before := at(tenant, "Калининград, Мира, 10")
	before.Time = fiscal.Stamp{Local: fiscal.CivilAt(now.AddDate(0, 0, -1))}
	early := m.buy(before)
	_, err := m.decide(m.tasks()[0], "lavka_kgd")
	m.refuse("before its first day", partner.ErrDay, err)
	m.expect("nothing is lost", 1, len(m.tasks()))
	_, err = m.decide(m.tasks()[0], "lavka_lug")
	m.must(err)
	m.expect("early", []string{"accepted lavka_lug"}, m.found(early))
	late, last := m.buy(at(tenant, "Калининград, Мира, 12")), at(tenant, "Калининград, Мира, 12")
	last.Time = before.Time
	lost := m.buy(last)
	settled, err := m.decide(m.tasks()[0], "lavka_kgd")
	m.must(err)
	m.expect("one is of that day", 1, settled)
	m.expect("the other is not", []string{"accepted lavka_kgd", "unsure"}, m.found(late, lost))
	waiting, err := partner.Unknown(t.Context(), m.db, 0, 100)
	m.must(err)
	if len(waiting) != 1 || waiting[0].Receipt != lost {
		t.Errorf("asked anew: %+v", waiting)
	}
}

// A programme without partners asks nobody anything, and one whose partners cannot be
// read neither: it says so in the log.
func TestNoPartners(t *testing.T) {
	t.Parallel()
	m := open(t, "")
	id := m.buy(at(tenant, "Суздаль, 7"))
	_, err := partner.Find(t.Context(), m.db, id)
	m.refuse("no partners", storage.ErrNotFound, err)
	m.publish(now.Add(time.Hour), "partners: [")
	m.buy(at(tenant, "Суздаль, 7"))
	m.expect("nobody is asked", []int64(nil), m.tasks())
	if !strings.Contains(m.log.String(), "cannot be read") {
		t.Errorf("log: %q", m.log.String())
	}
	m.publish(now.Add(2*time.Hour), shops)
	m.match(id, at(tenant, "Суздаль, 7"))
	m.match(id, at(tenant, "Суздаль, 7"))
	m.expect("asked once", 1, len(m.tasks()))
}

// Many at once: people who decide, and receipts that come. Of two who answer one
// question one is heard, and no receipt is left behind.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	m := open(t, shops)
	r := at(tenant, "Суздаль, 7")
	m.buy(r)
	var receipts []int64
	for range 12 {
		receipts = append(receipts, m.keep())
	}
	second := &partner.Service{Log: slog.New(slog.DiscardHandler)} // another process
	var decided atomic.Int64
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			service := []*partner.Service{m.service, second}[i%2]
			for _, task := range m.tasks() {
				err := m.tx(func(ctx context.Context, tx storage.Tx) error {
					_, err := service.DecideTx(ctx, tx, now, partner.Decision{Task: task, Staff: m.staff, Store: []string{"lavka_lug", ""}[i%2], Note: "n"})
					return err
				})
				switch {
				case err == nil:
					decided.Add(1)
				case !errors.Is(err, review.ErrDecided):
					t.Error(err)
				}
			}
		})
		all.Go(func() {
			for _, id := range receipts[3*i : 3*i+3] {
				m.match(id, r)
			}
		})
	}
	all.Wait()
	taught, err := storage.Value[int64](t.Context(), m.db, "select count(*) from place_decision")
	m.must(err)
	m.expect("questions", []int64(nil), m.tasks())
	if decided.Load() != 1 || taught != 1 {
		t.Errorf("%d decided, %d are kept", decided.Load(), taught)
	}
	left, err := storage.Value[int64](t.Context(), m.db, "select count(*) from receipt_place where verdict = 'unsure' or decision_id is null")
	m.must(err)
	m.expect("receipts left behind", int64(0), left)
}

// More wait than one decision settles: a person is asked anew about the rest.
func TestMoreThanOneDecisionSettles(t *testing.T) {
	t.Parallel()
	m := open(t, shops)
	m.buy(at(tenant, "Суздаль, 7"))
	_, err := m.db.Exec(t.Context(), `with more as (
		insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
		select fn, 1000 + n, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at from receipt, generate_series(1, 2005) n returning id)
		insert into receipt_place select more.id, inn, address, verdict, partner, store, format, category, zone, decision_id, book, trace, at from receipt_place, more`)
	m.must(err)
	settled, err := m.decide(m.tasks()[0], "lavka_lug")
	m.must(err)
	m.expect("the first time", 2001, settled) // the one that was looked at, and the newest
	m.expect("asked anew", 1, len(m.tasks()))
	settled, err = m.decide(m.tasks()[0], "lavka_lug")
	m.must(err)
	m.expect("the second time", 5, settled)
	m.expect("done", []int64(nil), m.tasks())
}
