package campaign_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/campaign"
	"besedka/core/campaign/rules"
	"besedka/core/ledger"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var moscow = time.FixedZone("MSK", 3*60*60)

func at(day int) time.Time { return time.Date(2026, 5, day, 12, 0, 0, 0, moscow) }

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func terms(id, percent string) campaign.Source {
	return campaign.Source{ID: id, File: "campaigns/" + id + ".yaml", Text: fmt.Appendf(nil,
		"campaign: %s\nname: x\nperiod: {from: 2026-05-01, to: 2026-05-31}\nreward: {percent: %s, ttl: P6M}\n", id, percent)}
}

// house publishes and buys in one transaction that is rolled back.
type house struct {
	t       *testing.T
	tx      storage.Tx
	service *campaign.Service
	member  int64
	n       int
}

func open(t *testing.T) *house {
	h := &house{t: t, tx: storagetest.Tx(t), service: &campaign.Service{}}
	h.member = h.insert("insert into member (created_at) values ($1) returning id", at(1))
	return h
}

func (h *house) insert(sql string, args ...any) int64 {
	h.t.Helper()
	id, err := storage.Value[int64](h.t.Context(), h.tx, sql, args...)
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

func (h *house) publish(day int, zoneName string, sources ...campaign.Source) {
	h.t.Helper()
	if err := h.service.PublishTx(h.t.Context(), h.tx, at(day), rules.Terms{Zone: zone(h.t, zoneName)}, sources); err != nil {
		h.t.Fatal(err)
	}
}

// buy credits 1000.00 bought on that day, at noon of the 30th, twice: the second
// time must do nothing. It returns what version earned how much.
func (h *house) buy(day int) (earned string) {
	h.t.Helper()
	h.n++
	receipt := h.insert(`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, uploaded_at, queued_at)
		values ($1, $2, 1, 1, $3::timestamptz at time zone 'UTC', 'UTC', $3::timestamptz, 100000, $4, 'verified', $3::timestamptz, $3::timestamptz) returning id`,
		fmt.Sprintf("%016d", h.member), h.n, at(day), h.member)
	for range 2 {
		_, err := h.service.EvaluateTx(h.t.Context(), h.tx, at(30), campaign.Purchase{Receipt: receipt, Member: h.member, At: at(day), Sum: 1000_00})
		if err != nil {
			h.t.Fatal(err)
		}
	}
	rows, err := storage.Collect[struct {
		Campaign string `db:"campaign_id"`
		Version  int    `db:"version"`
		Amount   int64  `db:"amount"`
	}](h.t.Context(), h.tx, `select t.campaign_id, t.version, p.amount from ledger_tx t join posting p on p.tx_id = t.id
		where t.receipt_id = $1 and p.amount > 0 order by t.id`, receipt)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, r := range rows {
		earned += fmt.Sprintf("%s/%d:%d ", r.Campaign, r.Version, r.Amount)
	}
	return earned
}

func TestPurchasesFindTheirVersion(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.publish(3, "Europe/Moscow", terms("spring", "5"))
	h.publish(5, "Europe/Moscow", terms("spring", "5")) // nothing new
	h.publish(10, "Europe/Moscow", terms("spring", "7"), terms("extra", "1"))
	h.publish(15, "Asia/Vladivostok", terms("spring", "7")) // other days, and no extra
	h.publish(20, "Asia/Vladivostok", terms("spring", "5")) // rolled back: from now on
	h.publish(20, "Asia/Vladivostok", terms("spring", "6")) // at the same instant
	h.service = &campaign.Service{}                         // another process
	got := map[int]string{}
	for _, day := range []int{1, 3, 9, 10, 14, 15, 19, 20, 31} {
		got[day] = h.buy(day)
	}
	want := map[int]string{
		// The first version holds from the beginning of its period.
		1: "extra/1:1000 spring/1:5000 ", 3: "extra/1:1000 spring/1:5000 ", 9: "extra/1:1000 spring/1:5000 ",
		10: "extra/1:1000 spring/2:7000 ", 14: "extra/1:1000 spring/2:7000 ",
		15: "spring/3:7000 ", 19: "spring/3:7000 ", 20: "spring/5:6000 ", 31: "spring/5:6000 ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPausedAndPastCampaignsTakeNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.publish(3, "Europe/Moscow", terms("pause", "5"))
	covers := func(at time.Time) bool {
		t.Helper()
		ok, err := storage.Value[bool](t.Context(), h.tx,
			`select exists (select from campaign_span where opens <= $1 and (closes is null or closes > $1))`, at)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if !covers(at(1)) || covers(at(1).AddDate(0, 1, 0)) {
		t.Error("the period is not that of the terms")
	}
	if _, err := h.tx.Exec(t.Context(), "update campaign set state = 'paused'"); err != nil {
		t.Fatal(err)
	}
	if covers(at(1)) {
		t.Error("a paused campaign takes purchases")
	}
	h.publish(4, "Europe/Moscow", campaign.Source{ID: "cap", File: "campaigns/cap.yaml", Text: []byte("campaign: cap\nname: x\nperiod: {from: 2026-05-01}\nredeem_cap: [{percent: 20}]\n")})
	if covers(at(5)) {
		t.Error("a campaign that rewards nothing takes purchases")
	}
}

// Invariant 8: the stored version and the stored facts give the stored bytes.
func TestEvaluationsRepeatByteForByte(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.publish(3, "Europe/Moscow", terms("bytes", "3.33"))
	h.buy(4)
	row, err := storage.One[struct {
		Text  []byte    `db:"body"`
		Zone  string    `db:"zone"`
		Sum   int64     `db:"sum"`
		Time  time.Time `db:"purchased_at"`
		At    time.Time `db:"at"`
		Trace []byte    `db:"trace"`
	}](t.Context(), h.tx, `select c.body, v.zone, r.sum, r.purchased_at, e.at, e.trace from evaluation e
		join campaign_version v using (campaign_id, version) join content c on c.hash = v.hash join receipt r on r.id = e.receipt_id`)
	if err != nil {
		t.Fatal(err)
	}
	c, problems := rules.Parse("campaigns/bytes.yaml", row.Text, rules.Terms{Zone: zone(t, row.Zone)})
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	again, err := rules.NewSet([]*rules.Campaign{c}).Evaluate(rules.Facts{Receipt: rules.Receipt{Purchased: row.Time, Total: row.Sum}}, row.At)
	if err != nil || !bytes.Equal(again[0].Trace, row.Trace) {
		t.Errorf("%v:\n%s\n%s", err, row.Trace, again[0].Trace)
	}
	balance, err := ledger.BalanceOf(t.Context(), h.tx, at(30), h.member, ledger.Bonus)
	if err != nil || balance.Points != 33_30 || balance.NextExpiry == nil {
		t.Errorf("%+v, %v", balance, err)
	}
}

func TestPublishRefusesBrokenTerms(t *testing.T) {
	t.Parallel()
	db := storagetest.DB(t)
	err := db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return (&campaign.Service{}).PublishTx(ctx, tx, at(1), rules.Terms{Zone: zone(t, "Europe/Moscow")}, []campaign.Source{terms("good", "5"), terms("bad", "500")})
	})
	n, err2 := storage.Value[int64](t.Context(), db, "select count(*) from campaign")
	if err == nil || err2 != nil || n != 0 {
		t.Errorf("published %d, %v, %v", n, err, err2)
	}
}
