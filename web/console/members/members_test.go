package members_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"besedka/core/chat"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/member/intake"
	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/core/tier"
	"besedka/core/tier/ladder"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/console"
	"besedka/web/console/consoletest"
	"besedka/web/console/members"
)

// hostile is a name that would be a tag, a formula and another way of reading.
const hostile = "<img src=x onerror=alert(1)> =cmd|' /C calc'!A0 \u202Eанна"

// stage is the console with members.
type stage struct {
	*consoletest.Stage
	t       *testing.T
	members *member.Service
	imports *intake.Service
	list    seal.Erasures
}

func programme() *flows.Programme {
	return &flows.Programme{
		Name: flows.Words{"ru": "Полянка", "en": "Polyanka"}, Languages: []string{"ru", "en"}, Location: consoletest.Zone,
		Profile: flows.Profile{Fields: []flows.Field{
			{Name: "name", Type: flows.NameType, Sealed: true, Title: flows.Words{"ru": "Имя", "en": "Name"}},
			{Name: "birthday", Type: flows.DateType, Title: flows.Words{"ru": "Дата рождения", "en": "Birthday"}},
			{Name: "children", Type: flows.ChoiceType, Title: flows.Words{"ru": "Дети", "en": "Children"}, Options: []flows.Option{{Name: "have", Title: flows.Words{"ru": "Есть", "en": "Have"}}, {Name: "none", Title: flows.Words{"ru": "Нет", "en": "None"}}}},
		}},
		Consents: map[string]*flows.Document{"personal_data": {Version: "v2"}, "advertising": {Version: "a1"}},
		Money:    []flows.Currency{{ID: "bonus", Scale: 2, Title: map[string][]string{"ru": {"бонус", "бонуса", "бонусов"}, "en": {"point", "points"}}}},
		Cards:    []flows.CardType{{ID: "plain", Prefix: "29"}},
	}
}

func open(t *testing.T) *stage {
	t.Helper()
	h := &stage{t: t, list: seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key"))}
	h.Stage = consoletest.Open(t, func(s *consoletest.Stage) []console.Section {
		h.members = member.New(s.DB, s.Keys, ledger.MergeTx)
		h.imports = &intake.Service{DB: s.DB, Keys: s.Keys, Members: h.members, Terms: importTerms}
		return []console.Section{members.Section(h.deps(s.DB))}
	})
	return h
}

func (h *stage) deps(db *storage.DB) members.Deps {
	return members.Deps{
		DB: db, Members: h.members, Imports: h.imports, Programme: programme, Tiers: tier.New(tier.Config{DB: db, Ladder: func() *ladder.Ladder { return nil }}),
		Erase: func(ctx context.Context, tx storage.Tx, now time.Time, e member.Erasing) error {
			if err := h.members.EraseTx(ctx, tx, h.list, e.Member); err != nil {
				return err
			}
			return member.CertifyTx(ctx, tx, now, e)
		},
		Lifted: func(context.Context, storage.Tx, time.Time, int64) error { return nil },
	}
}

func (h *stage) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *stage) tx(do func(ctx context.Context, tx storage.Tx) error) {
	h.t.Helper()
	h.must(h.DB.InTx(h.t.Context(), do))
}

// joins is a member who came by Telegram, told a name and proved a phone.
func (h *stage) joins(peer, name, phone string) (who member.Subject) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		all, err := h.members.SubjectsTx(ctx, tx, time.Now(), chat.Telegram, []string{peer})
		if err != nil {
			return err
		}
		who = all[0]
		if _, err := h.members.VerifyPhoneTx(ctx, tx, time.Now(), who, phone); err != nil {
			return err
		}
		var b storage.Batch
		member.QueueAnswers(&b, time.Now(), []member.Answer{member.SealedAnswer(who.ID, who.Key, "name", name).Telling()})
		if err := b.Send(ctx, tx); err != nil {
			return err
		}
		_, err = h.members.RegisterTx(ctx, tx, time.Now(), who.Member)
		return err
	})
	_, _, err := member.Namesakes{Members: h.members, Fields: func() (names, days []string) { return []string{"name"}, []string{"birthday"} }}.Step(h.t.Context(), time.Now())
	h.must(err)
	return who
}

func (h *stage) gives(to int64, points int64) {
	h.t.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		return ledger.AccrueTx(ctx, tx, ledger.Accrual{Key: fmt.Sprintf("gift/%d/%d", to, points), Member: to, Currency: "bonus", Amount: points, At: time.Now()})
	})
}

func (h *stage) count(sql string) int64 {
	h.t.Helper()
	n, err := storage.Value[int64](h.t.Context(), h.DB, sql)
	h.must(err)
	return n
}

func (h *stage) ask(c *http.Client, method, path string, form url.Values) (*http.Response, string) {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.URL+path, strings.NewReader(form.Encode()))
	h.must(err)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := c.Do(req)
	h.must(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	h.must(err)
	return resp, string(body)
}

// sends is a form of a page, of a key of its own unless it has one.
func (h *stage) sends(c *http.Client, path, key string, form url.Values) (int, string) {
	h.t.Helper()
	form.Set("key", key)
	resp, body := h.ask(c, http.MethodPost, path, form)
	return resp.StatusCode, body
}

// TestNobodyElseComesIn is the table of who may open what.
func TestNobodyElseComesIn(t *testing.T) {
	t.Parallel()
	look := []staff.Role{staff.Owner, staff.Operator, staff.Reviewer, staff.Registrar, staff.Auditor}
	write := []staff.Role{staff.Owner, staff.Operator, staff.Registrar}
	review := []staff.Role{staff.Owner, staff.Reviewer}
	may := map[string][]staff.Role{
		"GET ": look, "GET /{id}": look,
		"GET /{id}/edit": write, "POST /{id}/edit": write, "POST /{id}/consent": write, "POST /{id}/subscribe": write, "POST /{id}/card": write,
		"POST /{id}/status":  {staff.Owner, staff.Operator, staff.Reviewer},
		"POST /{id}/suspend": review, "POST /{id}/lift": review, "GET /{id}/merge": review, "POST /{id}/merge": review, "POST /{id}/unmerge": review, "GET /pairs": review, "POST /pairs": review,
		"GET /search": look, "POST /search": look,
		"POST /{id}/reveal": {staff.Owner, staff.Operator, staff.Reviewer},
		"GET /{id}/erase":   {staff.Owner}, "POST /{id}/erase": {staff.Owner}, "GET /{id}/certificate.pdf": {staff.Owner},
	}
	for _, list := range []string{"GET ", "POST ", "GET /{id}", "POST /{id}/check", "POST /{id}/run", "POST /{id}/stop", "POST /{id}/drop", "GET /{id}/report.csv"} {
		may[strings.Replace(list, " ", " /console/imports", 1)] = []staff.Role{staff.Owner}
	}
	h := open(t)
	for _, role := range staff.Roles {
		c := h.Client(h.SignIn(string(role), role))
		for _, r := range members.Section(members.Deps{}).Routes {
			name := r.Method + " " + strings.TrimPrefix(r.Path, "/console/members")
			allowed, told := may[name]
			if !told {
				t.Fatalf("%s: nobody has said who may open it", name)
			}
			resp, _ := h.ask(c, r.Method, strings.ReplaceAll(r.Path, "{id}", "999"), url.Values{})
			if got, want := resp.StatusCode != http.StatusForbidden, slices.Contains(allowed, role); got != want || resp.StatusCode >= 500 {
				t.Errorf("%s by %s: %d", name, role, resp.StatusCode)
			}
		}
	}
}

// TestCard: a name and a phone are masked until somebody gives a reason, which stays in the
// log; a hostile name is text.
func TestCard(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.joins("1", hostile, "+79161234567")
	h.gives(anna.Member, 6422)
	c := h.Client(h.SignIn("Вера", staff.Owner))
	at := fmt.Sprintf("/console/members/%d", anna.Member)
	resp, _ := h.ask(c, http.MethodPost, "/console/members/search", url.Values{"q": {"8 916 123-45-67"}})
	if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != at {
		t.Errorf("the one found: %d %s", resp.StatusCode, resp.Header.Get("Location"))
	}
	_, card := h.ask(c, http.MethodGet, at, nil)
	for _, want := range []string{"Участник 1", "+79•••••4567", "64,22", "Впервые написал"} {
		if !strings.Contains(card, want) {
			t.Errorf("the card has no %s", want)
		}
	}
	if strings.Contains(card, "79161234567") || strings.Contains(card, "onerror") {
		t.Error("the card shows what is masked")
	}
	if status, body := h.sends(c, at+"/reveal", "a", url.Values{"ground": {"call"}}); status != 422 || strings.Contains(body, "79161234567") {
		t.Errorf("without a reason: %d", status)
	}
	status, body := h.sends(c, at+"/reveal", "b", url.Values{"ground": {"call"}, "reason": {"обещали перезвонить"}})
	if status != 200 || !strings.Contains(body, "+79161234567") || !strings.Contains(body, "&lt;img src=x onerror") || strings.Contains(body, "<img") {
		t.Errorf("revealed: %d", status)
	}
	if n := h.count(`select count(*) from audit where act = 'members.reveal' and object = 'member/1' and detail ->> 'reason' = 'обещали перезвонить'`); n != 1 {
		t.Errorf("%d looks are in the log", n)
	}
	if n := h.count(`select count(*) from audit where detail::text ~ '9161234|onerror'`); n != 0 {
		t.Error("the log has what is masked")
	}
}

// TestWishes: what a member asks for is done once and is in the log with what was before.
func TestWishes(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.joins("1", "Анна", "+79161234567")
	c := h.Client(h.SignIn("Вера", staff.Owner))
	at := fmt.Sprintf("/console/members/%d", anna.Member)
	_, page := h.ask(c, http.MethodGet, at+"/edit", nil)
	if !strings.Contains(page, "А•••") || strings.Contains(page, "Анна") {
		t.Error("the form shows the name")
	}
	for i, tt := range []struct {
		act  string
		form url.Values
		want int
		said string
	}{
		{"edit", url.Values{"field-name": {"Алла"}, "field-birthday": {"1990-05-12"}, "field-children": {"have"}}, 303, ""},
		{"edit", url.Values{"field-name": {"Алла"}}, 422, "Менять нечего"},
		{"edit", url.Values{"field-name": {hostile}}, 422, "не заполнить"},
		{"edit", url.Values{"field-birthday": {"2990-05-12"}}, 422, "не заполнить"},
		{"edit", url.Values{"field-children": {"many"}}, 422, "не заполнить"},
		{"edit", url.Values{"forget-children": {"yes"}}, 303, ""},
		{"consent", url.Values{"kind": {"advertising"}, "granted": {"yes"}}, 422, "Нужна причина"},
		{"consent", url.Values{"kind": {"advertising"}, "granted": {"yes"}, "reason": {"подписала у стойки"}}, 303, ""},
		{"consent", url.Values{"kind": {"advertising"}, "granted": {"yes"}, "reason": {"ещё раз"}}, 422, "Менять нечего"},
		{"consent", url.Values{"kind": {"rules"}, "granted": {"yes"}, "reason": {"нет такого"}}, 422, "Такого выбора нет"},
		{"subscribe", url.Values{"medium": {"sms"}, "wanted": {"yes"}}, 303, ""},
		{"subscribe", url.Values{"medium": {"post"}, "wanted": {"yes"}}, 422, "Такого выбора нет"},
		{"card", url.Values{}, 303, ""},
		{"card", url.Values{}, 422, "Карту уже заменили"},
		{"suspend", url.Values{"cause": {"collected"}, "reason": {"сорок чеков за час"}}, 303, ""},
		{"suspend", url.Values{"cause": {"collected"}, "reason": {"сорок чеков за час"}}, 422, "уже приостановлен"},
		{"lift", url.Values{"reason": {"поговорили"}}, 303, ""},
	} {
		if status, body := h.sends(c, at+"/"+tt.act, fmt.Sprint(i), tt.form); status != tt.want || !strings.Contains(body, tt.said) {
			t.Errorf("%s %v: %d, want %d that says %q", tt.act, tt.form, status, tt.want, tt.said)
		}
	}
	_, again := h.sends(c, at+"/edit", "typed", url.Values{"field-name": {"Алёна"}, "field-birthday": {"2990-05-12"}, "field-children": {"have"}, "forget-name": {"yes"}})
	for _, kept := range []string{`value="Алёна"`, `value="2990-05-12"`, `<option value="have" selected`, `value="yes" checked`} {
		if !strings.Contains(again, kept) {
			t.Errorf("a refusal loses what was written: no %s", kept)
		}
	}
	card, err := storage.Value[string](t.Context(), h.DB, `select number from card`)
	h.must(err)
	if status, _ := h.sends(c, at+"/status", "s", url.Values{"number": {card}, "status": {"blocked"}, "reason": {"потеряна"}}); status != 303 {
		t.Errorf("blocked: %d", status)
	}
	for _, q := range []string{
		`select count(*) from audit where act = 'members.consent' and detail ->> 'before' = 'false' and detail ->> 'after' = 'true'`,
		`select count(*) from audit where act = 'cards.status' and detail ->> 'before' = 'active' and detail ->> 'status' = 'blocked'`,
		`select count(*) from consent where kind = 'advertising' and granted and staff_id is not null and channel = 'desk'`,
		`select count(*) from subscription where channel = 'sms' and wanted`,
		`select count(*) from member where answers #>> '{birthday,plain}' = '1990-05-12' and not answers ? 'children'`,
	} {
		if n := h.count(q); n != 1 {
			t.Errorf("%d: %s", n, q)
		}
	}
	if n := h.count(`select count(*) from audit where detail::text ~ 'Алла|Анна|1990'`); n != 0 {
		t.Error("the log has personal data")
	}
}

// TestMergeAndBack: both are shown before they are one, points go there and back.
func TestMergeAndBack(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna, twin := h.joins("1", "Анна", "+79161234567"), h.joins("2", "Анна", "+79161234568")
	h.gives(twin.Member, 500)
	c := h.Client(h.SignIn("Вера", staff.Owner))
	at := fmt.Sprintf("/console/members/%d", twin.Member)
	_, page := h.ask(c, http.MethodGet, at+"/merge?with=1", nil)
	if !strings.Contains(page, "Перейдёт: бонусов - 5,") {
		t.Error("the preview does not say what moves")
	}
	if status, _ := h.sends(c, at+"/merge", "a", url.Values{"into": {"1"}, "reason": {"показала оба телефона"}}); status != 303 {
		t.Fatalf("merge: %d", status)
	}
	balance := func(id int64) int64 {
		b, err := ledger.BalanceOf(t.Context(), h.DB, time.Now(), id, "bonus")
		h.must(err)
		return b.Points
	}
	if got := balance(anna.Member); got != 500 {
		t.Errorf("Anna has %d", got)
	}
	_, page = h.ask(c, http.MethodGet, "/console/members/1", nil)
	if !strings.Contains(page, "Участник 2 стал участником 1") {
		t.Error("the merge is not on the card")
	}
	for i, want := range []int{303, 422} {
		if status, _ := h.sends(c, "/console/members/1/unmerge", fmt.Sprint(i), url.Values{"merge": {"1"}, "reason": {"это её сестра"}}); status != want {
			t.Errorf("undone: %d, want %d", status, want)
		}
	}
	if balance(anna.Member) != 0 || balance(twin.Member) != 500 {
		t.Error("the points did not go back")
	}
}

// TestPairs: what the queue asks about is decided once.
func TestPairs(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.joins("1", "Анна", "+79161234567")
	h.joins("2", hostile, "+79161234568")
	_, err := h.DB.Exec(t.Context(), `insert into member_pair (one, other, reason, at) values (1, 2, 'namesake', now())`)
	h.must(err)
	c := h.Client(h.SignIn("Вера", staff.Reviewer))
	resp, page := h.ask(c, http.MethodGet, "/console/members/pairs", nil)
	if resp.StatusCode != 200 || !strings.Contains(page, "Участник 2") || strings.Contains(page, "<img") {
		t.Errorf("the queue: %d", resp.StatusCode)
	}
	for i, want := range []int{303, 422} {
		if status, _ := h.sends(c, "/console/members/pairs", fmt.Sprint(i), url.Values{"pair": {"1"}, "verdict": {"different"}, "reason": {"сёстры"}}); status != want {
			t.Errorf("decided: %d, want %d", status, want)
		}
	}
	if n := h.count(`select count(*) from audit where act = 'members.different'`); n != 1 {
		t.Errorf("%d verdicts are in the log", n)
	}
}

// TestErasure: nobody is found any more, the sums stay, and the certificate can be fetched
// again, the same.
func TestErasure(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.joins("1", "Анна", "+79161234567")
	h.gives(anna.Member, 6422)
	c := h.Client(h.SignIn("Вера", staff.Owner))
	at := fmt.Sprintf("/console/members/%d", anna.Member)
	if resp, _ := h.ask(c, http.MethodGet, at+"/certificate.pdf", nil); resp.StatusCode != 404 {
		t.Errorf("a certificate of the living: %d", resp.StatusCode)
	}
	if status, _ := h.sends(c, at+"/erase", "a", url.Values{"ground": {"letter"}, "number": {"2"}}); status != 422 {
		t.Errorf("another number: %d", status)
	}
	for range 2 {
		if status, _ := h.sends(c, at+"/erase", "b", url.Values{"ground": {"letter"}, "number": {"1"}}); status != 303 {
			t.Errorf("erased: %d", status)
		}
	}
	if found, _, err := h.members.Search(t.Context(), "+79161234567", []string{"name"}, nil); err != nil || len(found) != 0 {
		t.Errorf("found: %v %v", found, err)
	}
	if n := h.count(`select coalesce(sum(amount), 0) from posting p join account a on a.id = p.account_id where a.kind = 'member'`); n != 6422 {
		t.Errorf("%d points are left", n)
	}
	resp, first := h.ask(c, http.MethodGet, at+"/certificate.pdf", nil)
	_, again := h.ask(c, http.MethodGet, at+"/certificate.pdf", nil)
	if resp.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(first, "%PDF-") || first != again {
		t.Errorf("the certificate: %s, %d bytes, again %d", resp.Header.Get("Content-Type"), len(first), len(again))
	}
	_, page := h.ask(c, http.MethodGet, at, nil)
	if !strings.Contains(page, "Акт об уничтожении персональных данных № 1") || !strings.Contains(page, "Исполнил: Вера") {
		t.Error("the card has no certificate")
	}
}
