package product_test

import (
	"bytes"
	"context"
	"encoding/json"
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
	"besedka/core/product"
	"besedka/core/release"
	"besedka/core/review"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var now = time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)

const dairy = `
brands: {Полянка: [polyanka]}
products:
  milk: {name: Молоко, brand: Полянка, kind: [молоко, мол]}
  kefir: {name: Кефир, brand: Полянка, kind: [кефир, кеф], gtin: ["4607015232646"]}
`

// shop is a database with receipts whose lines are matched.
type shop struct {
	*testing.T
	db      *storage.DB
	service *product.Service
	staff   int64
	member  int64
	keys    int
	log     bytes.Buffer
}

func open(t *testing.T, catalogue string) *shop {
	t.Helper()
	s := &shop{T: t, db: storagetest.DB(t)}
	s.service = &product.Service{Log: slog.New(slog.NewTextHandler(&s.log, nil))}
	s.publish(now, catalogue)
	var err error
	s.staff, err = storage.Value[int64](t.Context(), s.db, "insert into staff (name, roles, created_at) values ('A', '{reviewer}', $1) returning id", now)
	s.must(err)
	s.member, err = storage.Value[int64](t.Context(), s.db, "insert into member (created_at) values ($1) returning id", now)
	s.must(err)
	return s
}

func (s *shop) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *shop) publish(at time.Time, catalogue string) {
	s.Helper()
	files := fstest.MapFS{"programme.yaml": {Data: []byte("name: T")}}
	if catalogue != "" {
		files["catalogue.yaml"] = &fstest.MapFile{Data: []byte(catalogue)}
	}
	_, _, err := release.New(s.db).Publish(s.Context(), release.Order{At: at}, files, func(context.Context, storage.Tx, string) error { return nil })
	s.must(err)
}

func (s *shop) tx(do func(ctx context.Context, tx storage.Tx) error) error {
	return s.db.InTx(s.Context(), do)
}

// buy verifies a receipt of lines such as {"name": "Молоко", "sum": 100} and
// matches it.
func (s *shop) buy(inn, lines string) int64 {
	s.Helper()
	s.keys++
	r, err := fiscal.ParseReceipt(fmt.Appendf(nil, `{"fiscalDriveNumber":"9289000100000001","fiscalDocumentNumber":%d,"fiscalSign":1,
		"operationType":1,"dateTime":"2026-05-03T12:00:00","totalSum":1,"userInn":%q,"items":%s}`, s.keys, inn, lines))
	s.must(err)
	id, err := storage.Value[int64](s.Context(), s.db, `insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
		values ('9289000100000001', $1, 1, 1, $2::timestamptz at time zone 'UTC', 'UTC', $2::timestamptz, 1, $3, 'verified', $2, $2) returning id`, s.keys, now, s.member)
	s.must(err)
	s.match(id, r)
	return id
}

func (s *shop) match(id int64, r fiscal.Receipt) {
	s.Helper()
	s.must(s.tx(func(ctx context.Context, tx storage.Tx) error { return s.service.MatchTx(ctx, tx, now, id, r) }))
}

// found is what a receipt's lines are, one text a line.
func (s *shop) found(id int64) (told []string) {
	s.Helper()
	lines, err := product.Lines(s.Context(), s.db, id)
	s.must(err)
	for _, l := range lines {
		told = append(told, fmt.Sprintf("%d %s %s %d", l.Place, l.Verdict, l.Product, l.Score))
	}
	return told
}

// tasks are the open questions.
func (s *shop) tasks() []int64 {
	s.Helper()
	ids, err := storage.Value[[]int64](s.Context(), s.db, "select coalesce(array_agg(id order by id), '{}') from review_task where kind = 'product' and decided_at is null")
	s.must(err)
	return ids
}

func (s *shop) decide(task int64, product_, note string) (settled int, err error) {
	err = s.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		settled, err = s.service.DecideTx(ctx, tx, now, product.Decision{Task: task, Staff: s.staff, Product: product_, Note: note})
		return err
	})
	return settled, err
}

func (s *shop) expect(what string, want, got any) {
	s.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("%s (-want +got): %s", what, diff)
	}
}

const (
	chain = "7825706086"
	other = "7707083893"
)

// The line of A25: nobody can be sure, a person is, and nobody is asked again.
func TestDecisionTeachesTheChain(t *testing.T) {
	t.Parallel()
	s := open(t, dairy)
	const mol = `[{"name":"МОЛ.ПОЛ.3,2","price":10000,"quantity":1,"sum":10000},{"name":"ХЛЕБ БОРОДИНСКИЙ","price":4500,"quantity":1,"sum":4500}]`
	first, again, elsewhere := s.buy(chain, mol), s.buy(chain, mol), s.buy(other, mol)
	s.expect("first", []string{"0 unsure milk 60", "1 other  0"}, s.found(first))
	tasks := s.tasks()
	if len(tasks) != 2 {
		t.Fatalf("%d questions, want one for each chain", len(tasks))
	}
	task, err := review.Find(t.Context(), s.db, tasks[0])
	s.must(err)
	var q product.Question
	s.must(json.Unmarshal(task.Detail, &q))
	s.expect("question", product.Question{INN: chain, Name: "мол пол 3.2", Line: "МОЛ.ПОЛ.3,2", Product: "milk", Score: 60}, q)

	settled, err := s.decide(tasks[0], "milk", "так у них зовётся наше молоко")
	s.must(err)
	s.expect("settled", 2, settled)
	s.expect("first, decided", []string{"0 accepted milk 100", "1 other  0"}, s.found(first))
	s.expect("second, decided", []string{"0 accepted milk 100", "1 other  0"}, s.found(again))
	s.expect("in another chain", []string{"0 unsure milk 60", "1 other  0"}, s.found(elsewhere))
	s.expect("the next", []string{"0 accepted milk 100"}, s.found(s.buy(chain, `[{"name":"*3606533 мол. пол. 3,2","price":9000,"quantity":1,"sum":9000}]`)))
	s.expect("open", tasks[1:], s.tasks())

	settled, err = s.decide(tasks[1], "", "это полента")
	s.must(err)
	s.expect("settled as none", 1, settled)
	s.expect("none of the catalogue", []string{"0 other  0", "1 other  0"}, s.found(elsewhere))
	s.expect("the next of them", []string{"0 other  0", "1 other  0"}, s.found(s.buy(other, mol)))
	s.expect("open at last", []int64{}, s.tasks())
	if _, err := s.decide(tasks[1], "milk", ""); !errors.Is(err, review.ErrDecided) {
		t.Errorf("decided twice: %v", err)
	}
}

func TestOnlyGoodsThatArePaidCountAndLinesAddUp(t *testing.T) {
	t.Parallel()
	s := open(t, dairy)
	id := s.buy(chain, `[
		{"name":"Молоко Полянка","price":8990,"quantity":1,"sum":8990,"paymentType":4,"productType":33},
		{"name":"Молоко Полянка","price":8990,"quantity":1,"sum":8990,"paymentType":4,"productType":33},
		{"name":"МОЛОКО ПОЛЯНКА вес","price":8999,"quantity":0.308,"sum":2500,"paymentType":4,"productType":1,"itemsQuantityMeasure":11},
		{"name":"Молоко Полянка аванс","price":100,"quantity":1,"sum":100,"paymentType":3,"productType":10},
		{"name":"Доставка молока Полянка","price":100,"quantity":1,"sum":100,"paymentType":4,"productType":4},
		{"name":"ТОВАР","price":100,"quantity":3,"sum":300,"gtin":"4607015232646"}]`)
	lines, err := product.Lines(t.Context(), s.db, id)
	s.must(err)
	s.expect("goods", []product.Goods{{Product: "milk", Pieces: 3, Sum: 20480}, {Product: "kefir", Pieces: 3, Sum: 300}}, product.Sum(lines))
	s.expect("lines", 4, len(lines))
}

func TestWithoutACatalogueNothingIsLookedFor(t *testing.T) {
	t.Parallel()
	s := open(t, "")
	s.expect("lines", []string(nil), s.found(s.buy(chain, `[{"name":"Молоко Полянка","price":1,"quantity":1,"sum":1}]`)))
}

// A catalogue that cannot be read stops no receipt, and is told of once.
func TestACatalogueThatCannotBeReadIsNone(t *testing.T) {
	t.Parallel()
	s := open(t, "products: {milk: 7}")
	for range 2 {
		s.expect("lines", []string(nil), s.found(s.buy(chain, `[{"name":"Молоко Полянка","price":1,"quantity":1,"sum":1}]`)))
	}
	if told := strings.Count(s.log.String(), "catalogue.yaml:1"); told != 1 {
		t.Errorf("told %d times: %s", told, &s.log)
	}
}

// A line keeps the answer of the catalogue that it was matched by, to the byte.
func TestMatchingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, dairy)
	r := fiscal.Receipt{INN: chain, Lines: []fiscal.Line{{Name: "Молоко Палянка", Sum: 1, Quantity: 1_000_000}}}
	id := s.buy(chain, `[{"name":"Молоко Палянка","price":1,"quantity":1,"sum":1}]`)
	before, err := product.Lines(t.Context(), s.db, id)
	s.must(err)
	s.publish(now.Add(time.Hour), "products: {box: {name: Набор, gtin: '96385074'}}")
	s.match(id, r)
	after, err := product.Lines(t.Context(), s.db, id)
	s.must(err)
	s.expect("lines", before, after)
	s.expect("questions", 1, len(s.tasks()))
	if _, err := s.decide(s.tasks()[0], "milk", ""); !errors.Is(err, product.ErrNoProduct) {
		t.Errorf("decided for a product that is gone: %v", err)
	}
	s.publish(now.Add(2*time.Hour), dairy)
	_, err = s.decide(s.tasks()[0], "milk", "")
	s.must(err)
	s.publish(now.Add(3*time.Hour), "brands: {Полянка: [polyanka]}\nproducts: {drink: {name: Напиток, brand: Полянка, kind: молоко}}")
	s.expect("a decision for a product that is gone", []string{"0 unsure drink 80"}, s.found(s.buy(chain, `[{"name":"Молоко Палянка","price":1,"quantity":1,"sum":1}]`)))
	_, err = s.decide(s.tasks()[0], "drink", "")
	s.must(err)
}

func TestCorrection(t *testing.T) {
	t.Parallel()
	s := open(t, dairy)
	const shake = `[{"name":"Молоко Полянка с манго","price":100,"quantity":1,"sum":100}]`
	first, second := s.buy(chain, shake), s.buy(chain, shake)
	correct := func(c product.Correction) (settled int, err error) {
		c.Staff = s.staff
		err = s.tx(func(ctx context.Context, tx storage.Tx) (err error) {
			settled, err = s.service.CorrectTx(ctx, tx, now, c)
			return err
		})
		return settled, err
	}
	settled, err := correct(product.Correction{Receipt: first, Note: "коктейль"})
	s.must(err)
	s.expect("settled", 2, settled)
	s.expect("second", []string{"0 other  0"}, s.found(second))
	lines, err := product.Lines(t.Context(), s.db, second)
	s.must(err)
	if _, err := correct(product.Correction{Receipt: second, Product: "milk"}); !errors.Is(err, product.ErrReplaced) {
		t.Errorf("corrected blindly: %v", err)
	}
	_, err = correct(product.Correction{Receipt: second, Product: "milk", Replaces: lines[0].Decision})
	s.must(err)
	s.expect("first, after a second thought", []string{"0 accepted milk 100"}, s.found(first))
	if _, err := correct(product.Correction{Receipt: first, Replaces: lines[0].Decision}); !errors.Is(err, product.ErrReplaced) {
		t.Errorf("corrected what was corrected: %v", err)
	}
	bread := s.buy(chain, `[{"name":"ХЛЕБ","price":1,"quantity":1,"sum":1}]`)
	stands, err := product.Lines(t.Context(), s.db, first)
	s.must(err)
	for _, foreign := range []int64{stands[0].Decision, 999} {
		if _, err := correct(product.Correction{Receipt: bread, Product: "milk", Replaces: foreign}); !errors.Is(err, product.ErrReplaced) {
			t.Errorf("in the place of decision %d, which is not its name's: %v", foreign, err)
		}
	}
	s.expect("what the other name was taught", []string{"0 accepted milk 100"}, s.found(s.buy(chain, shake)))
	if _, err := correct(product.Correction{Receipt: first, Line: 9}); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a line that is not there: %v", err)
	}
	stars := s.buy(chain, `[{"name":"***","price":1,"quantity":1,"sum":1}]`)
	if _, err := correct(product.Correction{Receipt: stars, Product: "milk"}); !errors.Is(err, product.ErrNameless) {
		t.Errorf("a line without a name: %v", err)
	}

	open := s.buy(chain, `[{"name":"Молоко Палянка","price":1,"quantity":1,"sum":1}]`)
	_, err = correct(product.Correction{Receipt: open, Product: "milk"})
	s.must(err)
	s.expect("questions that a correction has answered", []int64{}, s.tasks())
}

// However a line came to what it is, the decision that stands for its name is shown
// and may be replaced.
func TestEveryLineCanBeCorrected(t *testing.T) {
	t.Parallel()
	s := open(t, "products: {box: {name: Набор, gtin: '96385074'}}")
	const slip = `[{"name":"Молоко Палянка","price":1,"quantity":1,"sum":1}]`
	first := s.buy(chain, slip) // nothing that this catalogue knows
	s.publish(now.Add(time.Hour), dairy)
	s.buy(chain, slip)
	_, err := s.decide(s.tasks()[0], "milk", "")
	s.must(err)
	s.expect("decided as another catalogue had it", []string{"0 other  0"}, s.found(first))
	lines, err := product.Lines(t.Context(), s.db, first)
	s.must(err)
	correct := func(c product.Correction) error {
		c.Staff = s.staff
		return s.tx(func(ctx context.Context, tx storage.Tx) error {
			_, err := s.service.CorrectTx(ctx, tx, now, c)
			return err
		})
	}
	s.must(correct(product.Correction{Receipt: first, Product: "milk", Replaces: lines[0].Decision}))
	s.expect("corrected", []string{"0 accepted milk 100"}, s.found(first))

	coded := s.buy(chain, `[{"name":"ТОВАР","price":1,"quantity":1,"sum":1,"gtin":"4607015232646"}]`)
	if err := correct(product.Correction{Receipt: coded, Product: "milk"}); !errors.Is(err, product.ErrBarcode) {
		t.Errorf("corrected what a barcode decides: %v", err)
	}
	s.publish(now.Add(2*time.Hour), "brands: {Полянка: [polyanka]}\nproducts: {milk: {name: Молоко, brand: Полянка, kind: молоко}}")
	s.must(correct(product.Correction{Receipt: coded, Product: "milk"}))
	s.expect("after the catalogue was mended", []string{"0 accepted milk 100"}, s.found(coded))
}

// A correction does not rewrite the whole past of a name, and never leaves out the
// line that it is about.
func TestCorrectionIsBounded(t *testing.T) {
	t.Parallel()
	s := open(t, dairy)
	const slip = `[{"name":"Молоко Полянка с манго","price":1,"quantity":1,"sum":1}]`
	oldest, old, fresh := s.buy(chain, slip), s.buy(chain, slip), s.buy(chain, slip)
	_, err := s.db.Exec(t.Context(), `
		insert into receipt_line (receipt_id, line, inn, name, pieces, sum, product, score, verdict, trace, catalogue, at)
		select receipt_id, n, inn, name, pieces, sum, product, score, verdict, trace, catalogue, at
		from receipt_line, generate_series(1, 1999) n where receipt_id = $1`, fresh)
	s.must(err)
	var settled int
	s.must(s.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		settled, err = s.service.CorrectTx(ctx, tx, now, product.Correction{Receipt: old, Staff: s.staff})
		return err
	}))
	s.expect("settled", 2001, settled)
	s.expect("the line", []string{"0 other  0"}, s.found(old))
	s.expect("older ones", []string{"0 accepted milk 100"}, s.found(oldest))
	s.expect("newer ones", "0 other  0", s.found(fresh)[0])
}

// Several operators decide one question while receipts with its name come in: one
// decides, and no line is left behind.
func TestManyDecideAndMatchAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t, dairy)
	const slip = `[{"name":"Молоко Палянка","price":1,"quantity":1,"sum":1},{"name":"МОЛ.ПОЛЯН.","price":1,"quantity":1,"sum":1}]`
	s.buy(chain, slip)
	r := fiscal.Receipt{INN: chain, Lines: []fiscal.Line{{Name: "МОЛ.ПОЛЯН.", Sum: 1, Quantity: 1_000_000}, {Name: "Молоко Палянка", Sum: 1, Quantity: 1_000_000}}}
	var receipts []int64
	for range 12 {
		receipts = append(receipts, s.buy(chain, `[]`))
	}
	var decided atomic.Int64
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for _, task := range s.tasks() {
				_, err := s.decide(task, []string{"milk", ""}[i%2], fmt.Sprint(i))
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
				s.match(id, r)
			}
		})
	}
	all.Wait()
	taught, err := storage.Value[int64](t.Context(), s.db, "select count(*) from product_decision")
	s.must(err)
	s.expect("questions", []int64{}, s.tasks())
	if decided.Load() != 2 || taught != 2 {
		t.Errorf("%d decided, %d are kept", decided.Load(), taught)
	}
	left, err := storage.Value[int64](t.Context(), s.db, "select count(*) from receipt_line where verdict = 'unsure' or decision_id is null")
	s.must(err)
	s.expect("lines left behind", int64(0), left)
}
