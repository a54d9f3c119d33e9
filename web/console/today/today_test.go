package today_test

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"besedka/core/campaign"
	"besedka/core/report"
	"besedka/core/staff"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/browsertest"
	"besedka/web/console"
	"besedka/web/console/consoletest"
	"besedka/web/console/today"
)

// section is the page over a programme with a closed question and a funnel.
func section(s *consoletest.Stage) []console.Section {
	programme := &flows.Programme{
		Languages: []string{"ru", "en"}, Location: consoletest.Zone,
		Money: []flows.Currency{{ID: "bonus", Scale: 2}},
		Profile: flows.Profile{Fields: []flows.Field{{
			Name: "gender", Type: flows.ChoiceType, Title: flows.Words{"ru": "Пол", "en": "Gender"},
			Options: []flows.Option{{Name: "f", Title: flows.Words{"ru": "Женщины", "en": "Women"}}, {Name: "m", Title: flows.Words{"ru": "Мужчины", "en": "Men"}}},
		}}},
	}
	return []console.Section{today.Section(today.Deps{
		DB: s.DB, Campaigns: &campaign.Service{}, Programme: func() *flows.Programme { return programme }, Now: time.Now,
		Reports: &report.Service{DB: s.DB, Programme: func() report.Programme {
			return report.Programme{
				Zone: consoletest.Zone, Birthday: "birthday", Choices: []report.Choice{{Field: "gender", Options: []string{"f", "m"}}},
				Funnels: []report.Flow{{Name: "onboarding", Stages: []string{"consent", "name", "city", "done"}}},
			}
		}},
	})}
}

// seeds are a day's work, $1 is now. Everything that names somebody has 4815162342 or
// Zhanna in it.
var seeds = []string{
	`insert into member (created_at, registered_at, answers)
		select $1, $1, jsonb_build_object('name', jsonb_build_object('plain', 'Zhanna'), 'gender', jsonb_build_object('plain', case when n <= 31 then 'f' else 'm' end),
			'birthday', jsonb_build_object('plain', (1950 + n)::text || '-04-01')) from generate_series(1, 47) n`,
	`insert into subject (member_id, channel, sealed_peer, created_at) select id, 'telegram', '4815162342', $1 from member`,
	`insert into receipt (fn, fd, fp, operation, local_time, zone, purchased_at, sum, member_id, state, reason, uploaded_at, queued_at)
		select '4815162342', n, 4815162342, 1, $1::timestamptz at time zone 'UTC', 'UTC', $1, 100, 1, s, case s when 'rejected' then 'forged' end, $1, $1
		from unnest(array_fill('credited'::text, '{61}') || '{rejected,rejected,rejected,manual,manual,queued,queued,queued,queued,verified,revoked}'::text[]) with ordinality v(s, n)`,
	`insert into verdict (receipt_id, channel, uploaded_at, day, at)
		select id, 'telegram', uploaded_at, '2026-11-30', uploaded_at + case when id < 60 then interval '5 seconds' else interval '2 hours' end from receipt where state in ('credited', 'rejected', 'verified', 'revoked')`,
	`insert into submission (key, member_id, qr, state, reason, at)
		select '4815162342/' || n, 1, '', case when n < 8 then 'duplicate' else 'refused' end, case when n < 8 then 'duplicate_own' else 'out_of_period' end, $1 from generate_series(1, 10) n`,
	`insert into account (kind, currency) values ('issue', 'bonus'), ('redeem', 'bonus'), ('expire', 'bonus')`,
	`insert into ledger_tx (key, kind, at) select k, k, $1 from unnest('{accrue, redeem}'::text[]) k`,
	`insert into posting (tx_id, account_id, amount) values (1, 1, -1234550), (2, 2, 200000)`,
	`insert into funnel (flow, stage, member_id, at)
		select 'onboarding', stage, m, $1 from generate_series(1001, 1090) m, unnest('{consent, name, city, done}'::text[]) with ordinality s(stage, n)
		where n = 1 or m > 1015 and n = 2 or m > 1040 and n = 3 or m > 1043 and n = 4`,
	`insert into campaign (id, state, first_version) values ('cashback', 'active', 1), ('summer', 'paused', 1)`,
	`insert into campaign (id, state) values ('next', 'draft')`,
}

func seed(t *testing.T, s *consoletest.Stage) {
	t.Helper()
	for _, sql := range seeds {
		args := []any{time.Now()}
		if !strings.Contains(sql, "$1") {
			args = nil
		}
		if _, err := s.DB.Exec(t.Context(), sql, args...); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

func get(t *testing.T, c *http.Client, address string) (int, string) {
	t.Helper()
	resp, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// TestRoutesByRoles is the table of who may open what.
func TestRoutesByRoles(t *testing.T) {
	t.Parallel()
	readers, pausers := []staff.Role{staff.Owner, staff.Organiser, staff.Marketer, staff.DrawDirector, staff.Auditor}, []staff.Role{staff.Owner, staff.Organiser, staff.Marketer}
	s := consoletest.Open(t, section)
	s.Roles(section(s)[0].Routes, map[string][]staff.Role{
		"GET /console/today": readers, "GET /console/today.csv": readers,
		"GET /console/today/campaigns/{campaign}": pausers, "POST /console/today/campaigns/{campaign}": pausers,
	})
}

// TestNobodyIsOnIt looks for people in all that an organiser gets: the page in both
// languages, the file, the page of a pause.
func TestNobodyIsOnIt(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, section)
	seed(t, s)
	c := s.Client(s.SignIn("Oleg", staff.Organiser))
	somebody := regexp.MustCompile(`Zhanna|4815162342|19[5-9]\d-\d\d`)
	untold := regexp.MustCompile(`console\.[a-z_]+\.[a-z_.]*`)
	for _, lang := range []string{"ru", "en"} {
		if _, err := c.PostForm(s.URL+"/console/look", url.Values{"lang": {lang}}); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/console/today", "/console/today.csv", "/console/today/campaigns/cashback", "/console/today/campaigns/summer"} {
			status, text := get(t, c, s.URL+path)
			if who := somebody.FindString(text); who != "" || status != http.StatusOK {
				t.Errorf("%s in %s: %d, tells %q", path, lang, status, who)
			}
			if key := untold.FindString(text); key != "" {
				t.Errorf("%s in %s: no text %s", path, lang, key)
			}
		}
	}
	_, page := get(t, c, s.URL+"/console/today")
	for _, want := range []string{">47<", "&lt;5", "12,345.50", ">89.3%<", ">12.8%<", ">100%<"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page is without %s", want)
		}
	}
	if acts, err := storage.Value[int64](t.Context(), s.DB, `select count(*) from audit where act = 'reports.export'`); err != nil || acts != 2 {
		t.Errorf("%d exports in the audit log, %v", acts, err)
	}
}

// TestPause asks for a reason, does it once however often it is sent, and leaves what is
// no pause to those who publish.
func TestPause(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, section)
	seed(t, s)
	c := s.Client(s.SignIn("Oleg", staff.Organiser))
	send := func(campaign string, form url.Values) int {
		resp, err := c.PostForm(s.URL+"/console/today/campaigns/"+campaign, form)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	for i, try := range []struct {
		campaign string
		form     url.Values
		want     int
	}{
		{"cashback", url.Values{"key": {"a"}, "to": {"paused"}, "reason": {"  "}}, 422},
		{"cashback", url.Values{"key": {"a"}, "to": {"archived"}, "reason": {"так надо"}}, 400},
		{"cashback", url.Values{"key": {"a"}, "to": {"paused"}, "reason": {"так надо"}}, 303},
		{"cashback", url.Values{"key": {"a"}, "to": {"paused"}, "reason": {"так надо"}}, 303},
		{"next", url.Values{"key": {"b"}, "to": {"active"}, "reason": {"пора"}}, 403},
		{"next", url.Values{"key": {"c"}, "to": {"paused"}, "reason": {"рано"}}, 409},
		{"none", url.Values{"key": {"d"}, "to": {"paused"}, "reason": {"так надо"}}, 404},
	} {
		if got := send(try.campaign, try.form); got != try.want {
			t.Errorf("form %d: %d, want %d", i, got, try.want)
		}
	}
	if acts, err := storage.Value[int64](t.Context(), s.DB, `select count(*) from audit where act = 'campaigns.state' and detail->>'reason' = 'так надо'`); err != nil || acts != 1 {
		t.Errorf("%d acts in the audit log, %v", acts, err)
	}
}

// TestLivePage is the page in a browser: another process changes it, the keyboard alone
// pauses a campaign, and axe has nothing against it.
func TestLivePage(t *testing.T) {
	t.Parallel()
	s := consoletest.Open(t, section)
	seed(t, s)
	p := browsertest.Open(t, "about:blank")
	p.Size(1280, 2400)
	p.Cookie(s.URL, s.SignIn("Олег", staff.Organiser))
	p.Go(s.URL + "/console/today")
	p.Axe()
	shot(p, "today")
	p.Until(`document.querySelector(".kpi .number").textContent === "47"`)
	if _, err := s.DB.Exec(t.Context(), `insert into member (created_at, registered_at) select $1, $1 from generate_series(1, 5)`, time.Now()); err != nil {
		t.Fatal(err)
	}
	p.Until(`document.querySelector(".kpi .number").textContent === "52"`)
	p.Go(s.URL + "/console/today/campaigns/cashback")
	p.Axe()
	shot(p, "pause")
	p.Click("#field-reason")
	p.Press("Ошибка в проценте")
	p.Press("\r")
	p.Until(`location.pathname === "/console/today" && document.body.textContent.includes("Акция на паузе")`)
	p.Until(`[...document.querySelectorAll("#campaigns .chip.warn")].length === 2`)
	p.Size(390, 3200)
	p.Click(`.look [lang="en"]`)
	p.Until(`document.documentElement.lang === "en"`)
	p.Axe()
	shot(p, "narrow")
}

// shot keeps a picture for people to look at, when they ask for it.
func shot(p *browsertest.Page, name string) {
	dir := os.Getenv("BESEDKA_SHOTS")
	if dir == "" {
		return
	}
	for _, scheme := range []string{"light", "dark"} {
		p.Scheme(scheme)
		p.Shot(dir + "/" + name + "-" + scheme + ".png")
	}
}
