package api

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/chat"
	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/core/survey"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/storage"
)

// surveyed is a programme with one survey.
func surveyed(t *testing.T) *flows.Programme {
	t.Helper()
	p, problems := flows.Load(fstest.MapFS{
		"programme.yaml":  {Data: []byte("{name: Т, languages: [ru], zone: Europe/Moscow, country: RU, fallback: lost, stale: lost, defaults: {retry: 'Что?'}, consents: {}}")},
		"profile.yaml":    {Data: []byte("{fields: {}}")},
		"segments.yaml":   {Data: []byte("новичок: receipts <= 1")},
		"flows/lost.yaml": {Data: []byte("{flow: lost, steps: {say: {funnel: слово, say: Не поняла.}, more: {funnel: дело, say: Совсем., end: true}}}")},
		"surveys/tea.yaml": {Data: []byte(`survey: tea
title: "О чае"
questions:
  often: { type: single, ask: "Часто?", options: { daily: "Да", never: "Нет" } }
  with: { type: multi, ask: "С чем?", options: { milk: "Молоко", lemon: "Лимон" }, optional: true }
  taste: { type: matrix, ask: "Оцените.", range: 1..3, rows: { black: "Чёрный", green: "Зелёный" } }
  why: { type: text, ask: "Почему?", optional: true }
  like: { type: nps, ask: "Посоветуете?" }
`)},
	}, actions.Vocabulary())
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	return p
}

// reply is what somebody of these tests answers to the survey, in its order.
type reply struct {
	channel  chat.Channel
	segments []string
	given    []string // "" passes a question over
	done     bool
}

func (d *desk) respond(peer string, r reply) {
	d.t.Helper()
	d.must(d.db.InTx(d.t.Context(), func(ctx context.Context, tx storage.Tx) error {
		who, err := d.people.SubjectsTx(ctx, tx, now, r.channel, []string{peer})
		if err != nil {
			return err
		}
		me := who[0]
		if _, err := survey.BeginTx(ctx, tx, survey.Begin{Survey: "tea", Member: me.Member, Subject: me.ID, Channel: string(r.channel), Segments: r.segments, At: now}); err != nil {
			return err
		}
		var answers []survey.Answer
		for i, given := range r.given {
			a := survey.Answer{Subject: me.ID, Survey: "tea", Question: d.programme.Surveys()["tea"].Questions[i].ID}
			switch {
			case a.Question == "why" && given != "":
				a.Written = survey.WrittenAnswer(me.Key, "tea", "why", given)
			case given != "":
				a.Given = strings.Split(given, ",")
			}
			answers = append(answers, a)
		}
		var b storage.Batch
		survey.QueueAnswers(&b, now, answers)
		if err := b.Send(ctx, tx); err != nil || !r.done {
			return err
		}
		_, err = (&survey.Service{}).FinishTx(ctx, tx, survey.Finish{Survey: "tea", Member: me.Member, Subject: me.ID, At: now})
		return err
	}))
}

// fetch is ask for what is no JSON.
func (d *desk) fetch(path string, role staff.Role) (int, string) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.url+"/api/v1"+path, http.NoBody)
	d.must(err)
	req.Header.Set("Authorization", "Bearer "+d.tokens[role])
	resp, err := http.DefaultClient.Do(req)
	d.must(err)
	raw, err := io.ReadAll(resp.Body)
	d.must(err)
	d.must(resp.Body.Close())
	return resp.StatusCode, string(raw)
}

func TestSurveyResults(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.respond("a", reply{chat.Telegram, []string{"новичок"}, []string{"daily", "milk,lemon", "3", "2", "вкусно", "10"}, true})
	d.respond("b", reply{chat.Webchat, nil, []string{"daily", "milk", "1", "2", "", "9"}, true})
	d.respond("c", reply{chat.Telegram, []string{"новичок", "родители"}, []string{"never", "", "3", "3", "", "6"}, true})
	d.respond("d", reply{chat.Telegram, nil, []string{"never", "lemon"}, false})
	d.respond("e", reply{chat.Webchat, nil, nil, false})
	get := func(query string) map[string]any {
		status, answer := d.ask("GET", "/surveys/tea/results"+query, d.tokens[staff.Organiser], "", "")
		if status != http.StatusOK {
			t.Fatalf("%s: %d %v", query, status, answer)
		}
		return answer
	}
	all := get("")
	questions := map[string]map[string]any{}
	for _, q := range all["questions"].([]any) {
		questions[q.(map[string]any)["id"].(string)] = q.(map[string]any)
	}
	value := func(name, title string, n float64) any {
		return map[string]any{"value": name, "title": title, "count": n}
	}
	if all["started"] != 5.0 || all["completed"] != 3.0 || all["leftAtStart"] != 1.0 || all["title"] != "О чае" {
		t.Errorf("totals: %v", all)
	}
	for id, want := range map[string]map[string]any{
		"often":       {"id": "often", "type": "single", "text": "Часто?", "left": 0.0, "answered": 4.0, "passed": 0.0, "values": []any{value("daily", "Да", 2), value("never", "Нет", 2)}},
		"with":        {"id": "with", "type": "multi", "text": "С чем?", "left": 1.0, "answered": 3.0, "passed": 1.0, "values": []any{value("milk", "Молоко", 2), value("lemon", "Лимон", 2)}},
		"taste.black": {"id": "taste.black", "type": "matrix", "text": "Оцените. — Чёрный", "left": 0.0, "answered": 3.0, "passed": 0.0, "values": []any{value("1", "1", 1), value("2", "2", 0), value("3", "3", 2)}},
		"why":         {"id": "why", "type": "text", "text": "Почему?", "left": 0.0, "answered": 1.0, "passed": 2.0, "values": []any{}},
	} {
		if diff := cmp.Diff(want, questions[id]); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
	if diff := cmp.Diff(map[string]any{"promoters": 2.0, "passives": 0.0, "detractors": 1.0, "score": 33.0}, questions["like"]["nps"]); diff != "" {
		t.Errorf("nps: %s", diff)
	}

	for by, want := range map[string]string{
		"channel": "telegram 3/2, webchat 2/1",
		"segment": " 3/1, новичок 2/2, родители 1/1",
		"with":    " 2/1, lemon 2/1, milk 2/2",
	} {
		var groups []string
		for _, g := range get("?by=" + by)["groups"].([]any) {
			g := g.(map[string]any)
			groups = append(groups, fmt.Sprintf("%v %v/%v", g["group"], g["started"], g["completed"]))
		}
		if got := strings.Join(groups, ", "); got != want {
			t.Errorf("by %s: %s, want %s", by, got, want)
		}
	}
	crossed := get("?by=often")["questions"].([]any)[5].(map[string]any)["groups"].([]any)
	if score := crossed[1].(map[string]any)["nps"].(map[string]any)["score"]; score != 100.0 {
		t.Errorf("those who drink daily: %v", crossed)
	}
	for path, want := range map[string]int{"tea/results?by=why": 400, "tea/results?by=gone": 400, "tea/results?by=finish": 400, "coffee/results": 404, "coffee/answers.csv": 404} {
		if status, _ := d.fetch("/surveys/"+path, staff.Owner); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
	_, list := d.ask("GET", "/surveys", d.tokens[staff.Marketer], "", "")
	if diff := cmp.Diff(map[string]any{"surveys": []any{map[string]any{"survey": "tea", "title": "О чае", "started": 5.0, "completed": 3.0}}}, list); diff != "" {
		t.Errorf("surveys: %s", diff)
	}
}

// TestSurveySumsAddUp: whoever answers what, those who began are those who
// completed, left at the start and left behind a question; and groups by an answer
// to a single choice are everybody.
func TestSurveySumsAddUp(t *testing.T) {
	t.Parallel()
	d := open(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		_, err := d.db.Exec(context.Background(), `delete from survey_response`)
		d.must(err)
		people := rapid.IntRange(0, 8).Draw(t, "people")
		for range people {
			n++
			r := reply{channel: rapid.SampledFrom([]chat.Channel{chat.Telegram, chat.Webchat}).Draw(t, "channel")}
			choices := [][]string{{"daily", "never"}, {"", "milk", "lemon", "milk,lemon"}, {"1", "2", "3"}, {"1", "3"}, {"", "слова"}, {"0", "7", "10"}}
			for i := range rapid.IntRange(0, len(choices)).Draw(t, "answers") {
				r.given = append(r.given, rapid.SampledFrom(choices[i]).Draw(t, "given"))
			}
			r.done = rapid.Bool().Draw(t, "done")
			d.respond(fmt.Sprint("peer-", n), r)
		}
		status, all := d.ask("GET", "/surveys/tea/results?by=often", d.tokens[staff.Owner], "", "")
		if status != http.StatusOK {
			t.Fatalf("%d %v", status, all)
		}
		sum, groups := all["completed"].(float64)+all["leftAtStart"].(float64), 0.0
		for _, q := range all["questions"].([]any) {
			sum += q.(map[string]any)["left"].(float64)
		}
		if listed, ok := all["groups"].([]any); ok {
			for _, g := range listed {
				groups += g.(map[string]any)["started"].(float64)
			}
		}
		if sum != float64(people) || groups != float64(people) || all["started"] != float64(people) {
			t.Fatalf("%d people: sum %v, groups %v: %v", people, sum, groups, all)
		}
	})
}

// TestFunnel: stages are counted as the programme has them now.
func TestFunnel(t *testing.T) {
	t.Parallel()
	d := open(t)
	_, err := d.db.Exec(t.Context(), `insert into funnel (flow, stage, member_id, at, segments)
		select 'lost', stage, n, $1, case n when 1 then array['новичок'] else '{}' end from unnest(array['слово', 'слово', 'слово', 'дело'], array[1, 2, 3, 1]) u(stage, n)`, now)
	d.must(err)
	status, answer := d.ask("GET", "/funnels/lost?days=1", d.tokens[staff.Marketer], "", "")
	stage := func(name string, reached, on, left, first, previous float64) any {
		return map[string]any{"stage": name, "reached": reached, "wentOn": on, "left": left, "ofFirst": first, "ofPrevious": previous}
	}
	want := map[string]any{"flow": "lost", "days": 1.0, "stages": []any{stage("слово", 3, 1, 2, 10000, 10000), stage("дело", 1, 0, 1, 3333, 3333)}}
	if diff := cmp.Diff(want, answer); diff != "" || status != http.StatusOK {
		t.Errorf("%d %s", status, diff)
	}
	_, answer = d.ask("GET", "/funnels/lost?segment=новичок", d.tokens[staff.Marketer], "", "")
	if first := answer["stages"].([]any)[0].(map[string]any); first["reached"] != 1.0 || first["wentOn"] != 1.0 {
		t.Errorf("of one segment: %v", answer)
	}
	for path, want := range map[string]int{"lost?days=0": 400, "lost?segment=x": 400, "survey.tea": 404, "x": 404} {
		if status, _ := d.fetch("/funnels/"+path, staff.Owner); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
}

func TestSurveyAnswers(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.respond("a", reply{chat.Telegram, []string{"новичок"}, []string{"daily", "milk,lemon", "3", "2", "=HYPERLINK(\"http://x\")", "10"}, true})
	d.respond("b", reply{chat.Webchat, nil, []string{"never"}, false})
	for role, want := range map[staff.Role][][]string{
		staff.Marketer: {
			{"response", "member", "channel", "segments", "started", "completed", "often", "with", "taste.black", "taste.green", "why", "like"},
			{"1", "2", "telegram", "новичок", "2026-11-22T15:04:00Z", "2026-11-22T15:04:00Z", "daily", "milk,lemon", "3", "2", "'=HYPERLINK(\"http://x\")", "10"},
			{"2", "3", "webchat", "", "2026-11-22T15:04:00Z", "", "never", "", "", "", "", ""},
		},
	} {
		status, text := d.fetch("/surveys/tea/answers.csv", role)
		got, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if diff := cmp.Diff(want, got); diff != "" || err != nil || status != http.StatusOK {
			t.Errorf("%s: %d %v %s", role, status, err, diff)
		}
	}
	const excel = "\ufeffresponse;member;channel;segments;started;completed;often;with;taste.black;taste.green;why;like\n" +
		"1;2;telegram;новичок;2026-11-22T15:04:00Z;2026-11-22T15:04:00Z;daily;milk,lemon;3;2;\"'=HYPERLINK(\"\"http://x\"\")\";10\n" +
		"2;3;webchat;;2026-11-22T15:04:00Z;;never;;;;;\n"
	if status, text := d.fetch("/surveys/tea/answers.csv?excel=1", staff.Marketer); text != excel || status != http.StatusOK {
		t.Errorf("for Excel: %d %q", status, text)
	}
	if status, text := d.fetch("/surveys/tea/answers.csv?excel=yes", staff.Marketer); status != http.StatusBadRequest {
		t.Errorf("for something else: %d %s", status, text)
	}
	if acts, err := storage.Value[int64](t.Context(), d.db, "select count(*) from audit where act = 'surveys.export'"); err != nil || acts != 2 {
		t.Errorf("%d exports in the audit log, %v", acts, err)
	}
}

// TestSurveyLink: the link opens the survey of the member it was made for.
func TestSurveyLink(t *testing.T) {
	t.Parallel()
	d := open(t)
	status, made := d.ask("POST", "/surveys/tea/links", d.tokens[staff.Operator], "k", fmt.Sprintf(`{"member": %d, "days": 2}`, d.member))
	if status != http.StatusOK || made["expires"] != "2026-11-24T15:00:00Z" {
		t.Fatalf("%d %v", status, made)
	}
	payload := strings.TrimPrefix(made["url"].(string), "https://bonus.example.ru/chat?start=")
	if len(payload) > chat.TokenBytes {
		t.Errorf("a payload of %d bytes: %s", len(payload), payload)
	}
	keys, err := seal.New(bytes.Repeat([]byte{7}, seal.KeyBytes))
	d.must(err)
	link := strings.TrimPrefix(payload, d.programme.Surveys()["tea"].LinkPrefix())
	d.must(d.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		meant, err := (&survey.Service{Keys: keys}).MeantTx(ctx, tx, now.AddDate(0, 0, 1), "tea", link)
		if err != nil || meant != d.member {
			t.Errorf("it is meant for %d, %v; want %d", meant, err, d.member)
		}
		return nil
	}))
	for body, want := range map[string]int{`{"member": 9999}`: 404, `{"member": 1, "days": 91}`: 400, `{"member": 1, "days": 0}`: 400, `{"days": 1, "x": 1}`: 400} {
		if status, answer := d.ask("POST", "/surveys/tea/links", d.tokens[staff.Owner], body, body); status != want {
			t.Errorf("%s: %d %v, want %d", body, status, answer, want)
		}
	}
}
