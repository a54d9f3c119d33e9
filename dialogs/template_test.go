package dialogs_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/flows"
)

// standing is a programme two of whose texts have a template.
func standing(t *testing.T) *dialogs.Engine {
	t.Helper()
	p, problems := flows.Load(small(map[string]string{
		"programme.yaml": "name: Тест\nlanguages: [ru, en]\nzone: Europe/Moscow\ncountry: RU\nfallback: lost\nstale: lost\ndefaults: { retry: \"Не поняла.\" }\nconsents: {}\nlisten:\n  - { event: receipt.credited, run: news }\n",
		"profile.yaml":   "fields: {}\n", "segments.yaml": "{}\n",
		"flows/ask.yaml":  "flow: ask\nstart: { words: [привет] }\nsteps:\n  how: { ask: \"Как дела?\", expect: text, remind: [{ after: 2h, say: \"Так как?\" }], end: true }\n",
		"flows/news.yaml": "flow: news\nsteps:\n  good: { say: \"+{points}.\" }\n  all: { say: \"Всего {total}.\", end: true }\n",
		"templates.yaml": `templates:
  credited:
    instead: [news/good, news/all]
    category: utility
    body: "Чек на {{1}}: {{2}}, спасибо."
    values: ["{sum}", "+{points} {points|бонус|бонуса|бонусов}"]
  waiting: { instead: ask/how.remind, category: utility, body: "Мы ждём ответа." }
`,
		"locales/en/programme.yaml": "name: Test\ndefaults.retry: What?\n", "locales/en/lost.yaml": "say.say: What?\n",
		"locales/en/ask.yaml":       "how.ask: How are you?\nhow.remind.1: So how?\n",
		"locales/en/news.yaml":      "good.say: \"+{points}.\"\nall.say: \"{total} in all.\"\n",
		"locales/en/templates.yaml": "credited.body: \"Receipt of {{1}}: {{2}}, thanks.\"\ncredited.values: [\"{sum}\", \"+{points} {points|bonus|bonuses}\"]\nwaiting.body: We wait for you.\n",
	}), actions.Vocabulary())
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	return dialogs.New(p)
}

// heardOf are the messages of an outcome, each after the template that stands in for it.
func heardOf(out dialogs.Outcome) (all []string) {
	for _, e := range out.Effects {
		if say, ok := e.(dialogs.Say); ok {
			words := say.Message.Text
			if t := say.Message.Template; t != nil {
				words = t.Name + " " + t.Lang + " " + t.Text + " | " + words
			}
			all = append(all, words)
		}
	}
	return all
}

// TestTemplates stand in for what comes unasked in WhatsApp, and hold apart what has to
// wait for the answer; two texts of one template are one message. Elsewhere nothing
// changes, and an answer has none.
func TestTemplates(t *testing.T) {
	t.Parallel()
	e := standing(t)
	now := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	news := dialogs.Input{Event: &dialogs.Event{Name: "receipt.credited", Args: map[string]expr.Value{
		"receipt": expr.CountOf(1), "points": expr.PointsOf(200), "sum": expr.MoneyOf(40_00), "total": expr.PointsOf(7_00),
	}}}
	for _, tt := range []struct {
		name    string
		channel chat.Channel
		lang    string
		in      dialogs.Input
		want    []string
	}{
		{"an answer", chat.WhatsApp, "ru", dialogs.Input{Chat: &chat.Inbound{Text: "привет"}}, []string{"Как дела?"}},
		{"news", chat.WhatsApp, "ru", news, []string{"credited ru Чек на 40 ₽: +2 бонуса, спасибо. | +2.\n\nВсего 7.", "Как дела?"}},
		{"in English", chat.WhatsApp, "en", news, []string{"credited en Receipt of 40 ₽: +2 bonuses, thanks. | +2.\n\n7 in all.", "How are you?"}},
		{"elsewhere", chat.Telegram, "ru", news, []string{"+2.\n\nВсего 7.\n\nКак дела?"}},
		{"a reminder", chat.WhatsApp, "ru", dialogs.Input{Timer: true}, []string{"waiting ru Мы ждём ответа. | Так как?"}},
	} {
		env := dialogs.Env{Now: now, Turn: 1, Lang: tt.lang, Channel: tt.channel}
		asked, err := e.Turn(dialogs.Session{}, dialogs.Input{Chat: &chat.Inbound{Text: "привет"}}, env)
		if err != nil {
			t.Fatal(err)
		}
		env.Turn, env.Now = 2, now.Add(2*time.Hour)
		session := asked.Session
		if tt.in.Chat != nil {
			session = dialogs.Session{}
		}
		out, err := e.Turn(session, tt.in, env)
		if diff := cmp.Diff(tt.want, heardOf(out)); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", tt.name, err, diff)
		}
	}
}

// TestTemplateWithoutAValue does not go: Meta takes no empty ones.
func TestTemplateWithoutAValue(t *testing.T) {
	t.Parallel()
	e := standing(t)
	env := dialogs.Env{Now: time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC), Turn: 1, Lang: "ru", Channel: chat.WhatsApp}
	out, err := e.Turn(dialogs.Session{}, dialogs.Input{Event: &dialogs.Event{Name: "receipt.credited", Args: map[string]expr.Value{
		"receipt": expr.CountOf(1), "points": expr.PointsOf(200), "total": expr.PointsOf(700),
	}}}, env)
	if diff := cmp.Diff([]string{"+2.\n\nВсего 7."}, heardOf(out)); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
