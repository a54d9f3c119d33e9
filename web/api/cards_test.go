package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"

	"besedka/core/chat"
	"besedka/core/ledger"
	"besedka/core/staff"
	"besedka/flows"
	"besedka/storage"
)

// withCards is a desk of a programme with cards, with a second member.
func withCards(t *testing.T) (*desk, int64) {
	t.Helper()
	d := open(t)
	more := *d.programme
	more.Cards = []flows.CardType{{ID: "standard", Title: flows.Words{"ru": "Карта"}, Prefix: "29"}}
	d.programme = &more
	var other int64
	d.must(d.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		subjects, err := d.people.SubjectsTx(ctx, tx, now, chat.Webchat, []string{"other"})
		other = subjects[0].Member
		return err
	}))
	return d, other
}

func (d *desk) post(path string, who staff.Role, key, body string) map[string]any {
	d.t.Helper()
	status, answer := d.ask("POST", path, d.tokens[who], key, body)
	if status != http.StatusOK {
		d.t.Fatalf("%s: %d %v", path, status, answer)
	}
	return answer
}

func (d *desk) get(path string) map[string]any {
	d.t.Helper()
	status, answer := d.ask("GET", path, d.tokens[staff.Owner], "", "")
	if status != http.StatusOK {
		d.t.Fatalf("%s: %d %v", path, status, answer)
	}
	return answer
}

// TestFamilySpendsAtOnce is A40: a master account of K1 and K2 has 100.00, both redeem
// 70.00 at once: exactly one may, 30.00 are left, and the statement names the card.
func TestFamilySpendsAtOnce(t *testing.T) {
	t.Parallel()
	d, other := withCards(t)
	members, cards := []int64{d.member, other}, make([]string, 2)
	for i, m := range members {
		cards[i] = d.post(fmt.Sprintf("/members/%d/cards", m), staff.Registrar, fmt.Sprint("card", i), "{}")["number"].(string)
		d.post(fmt.Sprintf("/members/%d/topups", m), staff.Owner, fmt.Sprint("give", i), `{"amount": 5000, "reason": "подарок"}`)
	}
	d.must(d.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return ledger.ShareTx(ctx, tx, now, other, d.member)
	}))
	var g errgroup.Group
	statuses := make([]int, 2)
	for i, card := range cards {
		g.Go(func() error {
			statuses[i], _ = d.ask("POST", "/redemptions", d.tokens[staff.Registrar], fmt.Sprint("spend", i), fmt.Sprintf(`{"card": %q, "amount": 7000}`, card))
			return nil
		})
	}
	d.must(g.Wait())
	won := slices.Index(statuses, http.StatusOK)
	if won < 0 || statuses[1-won] != http.StatusConflict {
		t.Fatalf("answers %v, want 200 and 409", statuses)
	}
	redemption := d.post("/redemptions", staff.Registrar, fmt.Sprint("spend", won), fmt.Sprintf(`{"card": %q, "amount": 7000}`, cards[won]))
	d.post(fmt.Sprintf("/redemptions/%v/commit", redemption["id"]), staff.Registrar, "commit", "{}")
	for _, m := range members {
		if left := d.get(fmt.Sprint("/members/", m))["balances"].([]any)[0].(map[string]any)["points"]; left != 3000.0 {
			t.Errorf("member %d has %v, want 3000", m, left)
		}
		last := d.get(fmt.Sprintf("/members/%d/statement", m))["entries"].([]any)[0].(map[string]any)
		if last["card"] != cards[won] || last["member"] != float64(members[won]) || last["balance"] != 3000.0 {
			t.Errorf("the statement of %d ends with %v, want card %s", m, last, cards[won])
		}
	}
	if family := d.get(fmt.Sprintf("/members/%d/family", other)); family["head"] != float64(d.member) || len(family["members"].([]any)) != 2 {
		t.Errorf("family %v", family)
	}
}

// on are the channels by which something leaves.
func on(answer map[string]any) (channels []string) {
	for _, s := range answer["subscriptions"].([]any) {
		if one := s.(map[string]any); one["on"] == true {
			channels = append(channels, one["channel"].(string))
		}
	}
	return channels
}

// TestSubscriptionsFollowTheCard is A50: an active card with SMS on and e-mail off;
// suspended, both are off and a broadcast by SMS reaches nobody; active again, SMS is on
// and e-mail off. A no that is said meanwhile stands.
func TestSubscriptionsFollowTheCard(t *testing.T) {
	t.Parallel()
	d, _ := withCards(t)
	path := fmt.Sprintf("/members/%d/subscriptions", d.member)
	number := d.post(fmt.Sprintf("/members/%d/cards", d.member), staff.Registrar, "card", "{}")["number"].(string)
	d.post(path, staff.Registrar, "sms", `{"channel": "sms", "wanted": true}`)
	d.post(path, staff.Registrar, "chat", `{"channel": "chat", "wanted": false}`)
	look := func(when string, want ...string) {
		t.Helper()
		if got := on(d.get(path)); !slices.Equal(got, want) {
			t.Errorf("%s: on by %v, want %v", when, got, want)
		}
		if reached := d.get("/subscribers/sms")["members"].([]any); len(reached) != len(want) {
			t.Errorf("%s: a broadcast by SMS reaches %v", when, reached)
		}
		if reached := d.get("/subscribers/email")["members"].([]any); len(reached) != 0 {
			t.Errorf("%s: a broadcast by e-mail reaches %v", when, reached)
		}
	}
	change := func(key, status string) {
		t.Helper()
		d.post("/cards/"+number+"/status", staff.Operator, key, fmt.Sprintf(`{"status": %q, "reason": "проверка"}`, status))
	}
	look("active", "sms")
	change("1", "suspended")
	look("suspended")
	change("2", "blocked")
	look("blocked")
	change("3", "active")
	look("active again", "sms")
	change("4", "suspended")
	d.post(path, staff.Registrar, "no", `{"channel": "sms", "wanted": false}`)
	change("5", "active")
	look("said no meanwhile")
}

// TestWhatACardAllows: a status that does not allow to spend refuses a redemption, a
// number that was replaced is known and finds no points, and a registrar changes no
// status (A58).
func TestWhatACardAllows(t *testing.T) {
	t.Parallel()
	d, other := withCards(t)
	cards := fmt.Sprintf("/members/%d/cards", d.member)
	first := d.post(cards, staff.Registrar, "card", "{}")["number"].(string)
	if again := d.post(cards, staff.Registrar, "card again", "{}")["number"]; again != first {
		t.Errorf("another card %v, want %s", again, first)
	}
	d.post(fmt.Sprintf("/members/%d/topups", d.member), staff.Owner, "give", `{"amount": 5000, "reason": "подарок"}`)
	spend := func(body, code string) {
		t.Helper()
		status, answer := d.ask("POST", "/redemptions", d.tokens[staff.Registrar], "k"+body+code, body)
		if code == "" && status != http.StatusOK || code != "" && answer["type"] != "urn:besedka:problem:"+code {
			t.Errorf("%s: %d %v, want %q", body, status, answer, code)
		}
	}
	byCard := func(number string) string { return fmt.Sprintf(`{"card": %q, "amount": 100}`, number) }
	spend(byCard(first), "")
	spend(fmt.Sprintf(`{"card": %q, "member": %d, "amount": 100}`, first, other), "invalid")
	if status, _ := d.ask("POST", "/cards/"+first+"/status", d.tokens[staff.Registrar], "no", `{"status": "limited", "reason": "сам"}`); status != http.StatusForbidden {
		t.Errorf("a registrar changed a status: %d", status)
	}
	d.post("/cards/"+first+"/status", staff.Operator, "limit", `{"status": "limited", "reason": "вопрос"}`)
	spend(byCard(first), "card_status")
	spend(fmt.Sprintf(`{"member": %d, "amount": 100}`, d.member), "card_status")
	second := d.post(cards, staff.Registrar, "replace", `{"replace": true}`)
	if second["number"] == first || second["status"] != "limited" {
		t.Errorf("replaced by %v", second)
	}
	d.post("/cards/"+second["number"].(string)+"/status", staff.Operator, "lift", `{"status": "active", "reason": "решено"}`)
	spend(byCard(first), "replaced")
	spend(byCard(second["number"].(string)), "")
	if old := d.get("/cards/" + first); old["member"] != float64(d.member) || old["replacedAt"] == nil || old["can"].(map[string]any)["spend"] != false {
		t.Errorf("the old card is %v", old)
	}
	if all := d.get(cards)["cards"].([]any); len(all) != 2 {
		t.Errorf("cards %v", all)
	}
}

// A till that shows the card hears what it allows, and whose it is.
func TestQuoteLooksAtTheCard(t *testing.T) {
	t.Parallel()
	d, _ := withCards(t)
	d.giveTo(d.member, 100_00, now.AddDate(0, 1, 0))
	number := d.post(fmt.Sprintf("/members/%d/cards", d.member), staff.Registrar, "card", "{}")["number"].(string)
	quote := func() map[string]any { return d.get("/redemptions/quote?total=5000&card=" + number) }
	if q := quote(); q["max"] != float64(50_00) || q["member"] != float64(d.member) {
		t.Errorf("an active card: %v", q)
	}
	d.post("/cards/"+number+"/status", staff.Owner, "block", `{"status": "blocked", "reason": "потеряна"}`)
	if q := quote(); q["max"] != float64(0) {
		t.Errorf("a blocked card: %v", q)
	}
}

// TestAnothersCardAtATill: the till is refused, and staff are asked whether the two are one
// person; whoever shows their own card is nobody else.
func TestAnothersCardAtATill(t *testing.T) {
	t.Parallel()
	d, other := withCards(t)
	number := d.post(fmt.Sprintf("/members/%d/cards", d.member), staff.Registrar, "card", "{}")["number"].(string)
	for key, who := range map[string]int64{"own": d.member, "another": other, "again": other} {
		status, answer := d.ask("POST", "/redemptions", d.tokens[staff.Owner], key, fmt.Sprintf(`{"member": %d, "card": %q, "amount": 100, "reason": "кофе"}`, who, number))
		if want := http.StatusBadRequest; who == other && status != want {
			t.Errorf("%s: %d %v, want %d", key, status, answer, want)
		}
	}
	pairs := d.get("/pairs")["pairs"].([]any)
	if len(pairs) != 1 || pairs[0].(map[string]any)["reason"] != "card" {
		t.Errorf("staff are asked about %v", pairs)
	}
}
