package flows_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/core/source"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/flows/programme"
)

var vocabulary = flows.Vocabulary{
	Calls: map[string]flows.Call{
		"gift.give": {Args: map[string]expr.Kind{"count": expr.Count}, Outcomes: []string{"given", "none"}, Values: map[string]expr.Kind{"sum": expr.Money}},
	},
	Facts:  map[string]expr.Kind{"today": expr.Date, "registered": expr.Bool, "receipts": expr.Count, "last_receipt": expr.Date, "channel": expr.Text},
	Events: map[string]map[string]expr.Kind{"gift.ready": {"gift": expr.Count}},
}

// good is a programme without a mistake.
var good = map[string]string{
	"programme.yaml": `name: Тест
languages: [ru, en]
zone: Europe/Moscow
country: RU
fallback: lost
stale: lost
defaults: { retry: "Не поняла." }
listen:
  - { words: [помощь], run: lost, then: resume }
  - { tap: more, event: gift.ready, run: gift }
  - { stop: true, run: lost }
consents:
  personal_data: { title: Согласие, text: Текст }
  advertising: { title: Реклама, text: Текст }
`,
	"profile.yaml": `fields:
  name: { type: name, sealed: true, consent: personal_data, title: Имя }
  pet: { type: choice, title: Зверь, options: { cat: Кот, dog: Пёс } }
`,
	"segments.yaml": `кошатники: profile.pet == "cat"
`,
	"flows/lost.yaml": `flow: lost
steps:
  say: { say: "Не поняла.", end: true }
`,
	"flows/gift.yaml": `flow: gift
steps:
  give:
    call: gift.give
    with: { count: gift }
    go:
      given: { say: "Подарок за {sum}!", end: true }
      none: thanks
  thanks: { say: "До встречи!", buttons: { again: { title: "Ещё", tap: more, arg: gift } }, end: true }
`,
	"flows/hello.yaml": `flow: hello
start: { words: [/start], any: true }
listen:
  - { words: [потом], go: bye }
steps:
  agree:
    skip: consent.personal_data
    ask: "Согласны? {link.consent}"
    consent: personal_data
    buttons: { agree: "Да", refuse: "Нет" }
    go: { agree: name, refuse: bye }
  name:
    skip: profile.name
    ask: ["Как вас зовут?", "Ваше имя?"]
    expect: { type: name, max: 40 }
    retry: ["Буквами.", "Только буквами."]
    then: bye
    else: { too_long: { say: "Короче." } }
    save: name
  pet:
    ask:
      - { when: segment.кошатники, text: "Опять кот, {profile.name}?" }
      - text: "Кто у вас дома, {profile.name}?"
    buttons: { cat: "Кот", dog: "Пёс" }
    save: pet
  count:
    set: { n: receipts + 1 }
    say: "У вас {n} {n|чек|чека|чеков}."
  bye: { say: "Пока!", end: true }
`,
	"locales/en/programme.yaml": `name: Test
defaults.retry: "What?"
consents.personal_data.title: Consent
consents.personal_data.text: Text
consents.advertising.title: Ads
consents.advertising.text: Text
`,
	"locales/en/profile.yaml": `fields.name.title: Name
fields.pet.title: Pet
fields.pet.options.cat: Cat
fields.pet.options.dog: Dog
`,
	"locales/en/lost.yaml": `say.say: "What?"
`,
	"locales/en/gift.yaml": `give.given: "A gift worth {sum}!"
thanks.say: "See you!"
thanks.buttons: { again: "More" }
`,
	"locales/en/hello.yaml": `agree.ask: "Do you agree? {link.consent}"
agree.buttons: { agree: "Yes", refuse: "No" }
name.ask: "What is your name?"
name.retry: ["In letters.", "In letters only."]
name.too_long: "Shorter."
pet.ask:
  - { when: segment.кошатники, text: "A cat again, {profile.name}?" }
  - text: "Who lives with you, {profile.name}?"
pet.buttons: { cat: "A cat", dog: "A dog" }
count.say: "You have {n} {n|receipt|receipts}."
bye.say: "Bye!"
`,
}

func folder(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestGoodProgramme(t *testing.T) {
	t.Parallel()
	p, problems := flows.Load(folder(good), vocabulary)
	if p == nil || len(problems) > 0 {
		t.Fatal(told(problems))
	}
	f := p.Flows["hello"]
	if got, want := f.Edges()["name"], []string{"bye", "pet"}; !cmp.Equal(got, want) {
		t.Errorf("step name leads to %v, want %v", got, want)
	}
	if got, want := f.Vars(), map[string]expr.Kind{"n": expr.Count}; !cmp.Equal(got, want) {
		t.Errorf("variables %v, want %v", got, want)
	}
	if got, want := p.Currencies, []string{"bonus"}; !cmp.Equal(got, want) {
		t.Errorf("currencies %v, want %v", got, want)
	}
	if got := p.Consents["personal_data"].Version; len(got) != 16 {
		t.Errorf("version of consent %q", got)
	}
}

func told(problems []*source.Problem) string {
	var lines []string
	for _, p := range problems {
		lines = append(lines, p.In("en"))
	}
	return strings.Join(lines, "\n")
}

// Each mistake is made in the good programme and found at its place.
func TestMistakes(t *testing.T) {
	t.Parallel()
	const hello, gift, prog = "flows/hello.yaml", "flows/gift.yaml", "programme.yaml"
	tests := []struct {
		name, file, old, new string
		want                 string
	}{
		{"step", hello, "agree: name,", "agree: nme,", `flows/hello.yaml:11:18: L121: there is no step "nme"; did you mean "name"?`},
		{"flow for a step", hello, "agree: name,", "agree: gft,", `flows/hello.yaml:11:18: L121: there is no step "gft"; did you mean run: gift?`},
		{"step of then", hello, "then: bye", "then: by", `flows/hello.yaml:17:11: L121: there is no step "by"; did you mean "bye"?`},
		{"what becomes of a question that is left", hello, "go: bye }\nsteps", "go: bye, then: resume }\nsteps", `flows/hello.yaml:4:38: L124: then cannot be "resume" here; with run it is resume, restart or ignore, with go it is go`},
		{"what becomes of a question afterwards", hello, "go: bye }\nsteps", "run: lost, then: ignored }\nsteps", `flows/hello.yaml:4:40: L124: then cannot be "ignored" here; with run it is resume, restart or ignore, with go it is go`},
		{"an interruption of what does not wait", hello, "  bye: { say: ", "  bye: { listen: [{ words: [ой], run: lost }], say: ", `flows/hello.yaml:29:18: L120: listen goes with a question or a wait; add ask or wait, or write it for the whole flow`},
		{"step of a step's listen", hello, "    save: name", "    listen: [{ words: [ой], go: pat }]\n    save: name", `flows/hello.yaml:19:14: L121: there is no step "pat"; did you mean "pet"?`},
		{"a word heard twice at a step", hello, "    save: name", "    back: [ой]\n    listen: [{ words: [ой], go: pet }]\n    save: name", `flows/hello.yaml:20:14: L207: the word "ой" is already heard by the entry on line 19; keep it in one of them`},
		{"way back from what asks nothing", hello, "  bye: { say: ", "  bye: { back: [назад], say: ", `flows/hello.yaml:29:16: L120: back goes with a question or a wait; add ask or wait, or write it for the whole flow`},
		{"a skip of a choice", hello, "  pet:\n", "  pet:\n    skippable: Нет\n", `flows/hello.yaml:21:16: L120: skippable goes with a question that has expect; add one more button here, and its way in go`},
		{"a skip beside a skip", hello, "    save: name", "    buttons: { skip: Мимо }\n    skippable: Нет\n    save: name", `flows/hello.yaml:20:16: L120: there is a button skip already; keep it, or skippable`},
		{"a skip of nothing", hello, "  bye: { say: ", "  bye: { skippable: Нет, say: ", `flows/hello.yaml:29:21: L120: skippable goes only with a question; add ask`},
		{"a skip that is not translated", hello, "    save: name", "    skippable: Нет\n    save: name", `flows/hello.yaml:19:16: L301: there is no translation to en; add "name.skippable" to locales/en/hello.yaml`},
		{"step of listen", hello, "go: bye }\nsteps", "go: buy }\nsteps", `flows/hello.yaml:4:5: L121: there is no step "buy"; did you mean "bye"?`},
		{"flow", prog, "run: lost", "run: los", `programme.yaml:9:5: L121: there is no flow "los"; did you mean "lost"?`},
		{"fallback", prog, "fallback: lost", "fallback: lots", `programme.yaml:5:11: L121: there is no flow "lots"; did you mean "lost"?`},
		{"field", hello, "save: name", "save: nmae", `flows/hello.yaml:19:11: L121: there is no profile field "nmae"; did you mean "name"?`},
		{"segment", hello, "when: segment.кошатники, text: \"Опять", "when: segment.кошатник, text: \"Опять", `flows/hello.yaml:22:17: L112: there is no name "segment.кошатник"; did you mean "segment.кошатники"?`},
		{"call", gift, "call: gift.give", "call: gift.giv", `flows/gift.yaml:4:11: L121: there is no call "gift.giv"; did you mean "gift.give"?`},
		{"event", prog, "event: gift.ready", "event: gift.redy", `programme.yaml:10:5: L121: there is no event "gift.redy"; did you mean "gift.ready"?`},
		{"tap", gift, "tap: more", "tap: mor", `flows/gift.yaml:9:44: L121: there is no listen entry with tap "mor"; did you mean "more"?`},
		{"tap with a dot", gift, "tap: more", "tap: more.gifts", `flows/gift.yaml:9:72: L123: the name "more.gifts" does not do`},
		{"tap heard with a dot", prog, "tap: more", "tap: more.gifts", `programme.yaml:10:12: L123: the name "more.gifts" does not do`},
		{"tap that does not fit", gift, "tap: more", "tap: открыть_ещё_один_подарок", `flows/gift.yaml:9:72: L402: a button with this tap and arg is 9 bytes longer than messengers carry`},
		{"a word of nothing", prog, "words: [помощь]", `words: [помощь, " "]`, `programme.yaml:9:14: L124: the word " " cannot be heard; a word needs a letter`},
		{"a list of another currency", prog, "country: RU\n", "country: RU\ncurrencies: [bonus, star]\n", `programme.yaml:5:13: L124: a list names bonuses alone; write currencies: [bonus], or say what each is: star: { scale: 0, title: … }`},
		{"no currency", prog, "country: RU\n", "country: RU\ncurrencies: []\n", `programme.yaml:5:13: L124: a list names bonuses alone`},
		{"no bonuses", prog, "country: RU\n", "country: RU\ncurrencies: { star: { title: { ru: звезда|звезды|звёзд, en: star|stars } } }\n", `programme.yaml:5:13: L124: bonuses are missing`},
		{"bonuses of another scale", prog, "country: RU\n", "country: RU\ncurrencies: { bonus: { scale: 0 } }\n", `programme.yaml:5:31: L124: bonuses always have 2 digits after the point`},
		{"too fine a currency", prog, "country: RU\n", "country: RU\ncurrencies: { bonus: { scale: 3 } }\n", `programme.yaml:5:31: L124: 3 digits after the point; write 0, 1 or 2`},
		{"a currency without a word", prog, "country: RU\n", "country: RU\ncurrencies: { bonus: {}, star: { scale: 0 } }\n", `programme.yaml:5:32: L107: the key "title" is missing; add it`},
		{"a currency with too few forms", prog, "country: RU\n", "country: RU\ncurrencies: { bonus: { title: { ru: балл|балла, en: point|points } } }\n", `programme.yaml:5:37: L305: 2 forms of the word, 3 are needed`},
		{"a lifetime of nothing", prog, "country: RU\n", "country: RU\ncurrencies: { bonus: { lifetime: 6m } }\n", `programme.yaml:5:34: L124: "6m" is not a term; write P90D, P6M or P1Y`},
		{"a policy of debts", prog, "country: RU\n", "country: RU\ncurrencies: { bonus: { debt: allow_negativ } }\n", `programme.yaml:5:30: L121: there is no policy "allow_negativ"; did you mean "allow_negative"?`},
		{"no languages", prog, "languages: [ru, en]", "languages: []", `programme.yaml:2:12: L124: the list is empty`},
		{"no fallback", prog, "fallback: lost", `fallback: ""`, `programme.yaml:5:11: L107: "fallback" names no flow; write it here`},
		{"no stale", prog, "stale: lost", `stale: ''`, `programme.yaml:6:8: L107: "stale" names no flow; write it here`},
		{"no words for a misunderstood answer", prog, `retry: "Не поняла."`, `retry: []`, `programme.yaml:7:20: L124: the list is empty`},
		{"type", hello, "type: name", "type: nam", `flows/hello.yaml:15:21: L121: there is no type "nam"; did you mean "name"?`},
		{"reason", hello, "too_long:", "to_long:", `flows/hello.yaml:18:22: L121: there is no reason "to_long"; did you mean "too_long"?`},
		{"option of a field", hello, `buttons: { cat: "Кот"`, `buttons: { cow: "Кот"`, `flows/hello.yaml:24:16: L121: there is no option of field pet "cow"; did you mean "cat"?`},
		{"argument", gift, "with: { count", "with: { cont", `flows/gift.yaml:5:13: L121: "gift.give" has no argument "cont"; did you mean "count"?`},
		{"missing argument", gift, "    with: { count: gift }\n", "", `flows/gift.yaml:4:11: L107: the call lacks the argument "count"; add it to with`},
		{"outcome unhandled", gift, "      none: thanks\n", "", `flows/gift.yaml:3:3: L203: the outcome "none" leads nowhere; add "none" to go`},
		{"outcome unknown", gift, "none: thanks", "nothing: thanks", `L205: there is no outcome "nothing" here`},
		{"button leads nowhere", hello, "go: { agree: name, refuse: bye }", "go: { agree: name }", `flows/hello.yaml:6:3: L204: the button "refuse" leads nowhere; add "refuse" to go`},
		{"name in a text", hello, "У вас {n} ", "У вас {m} ", `flows/hello.yaml:28:17: L112: there is no name "m"`},
		{"name in a condition", hello, "n: receipts + 1", "n: receipt + 1", `flows/hello.yaml:27:15: L112: there is no name "receipt"; did you mean "receipts"?`},
		{"expression", hello, "n: receipts + 1", "n: receipts +", `flows/hello.yaml:27:24: L111:`},
		{"a condition that is none", hello, "skip: profile.name", "skip: receipts + 1", `flows/hello.yaml:13:11: L114: a condition must be true or false`},
		{"key", hello, "    save: pet", "    sve: pet", `flows/hello.yaml:25:5: L103: unknown key "sve"; did you mean "save"?`},
		{"key twice", hello, "    save: pet", "    save: pet\n    save: pet", `flows/hello.yaml:26:5: L102: the key "save" is already on line 25; keep one of them`},
		{"keys that do not mix", hello, "  bye: { say", "  bye: { retry: x, say", `flows/hello.yaml:29:17: L120: retry goes only with a question; add ask`},
		{"a question without an answer", hello, "    buttons: { cat: \"Кот\", dog: \"Пёс\" }\n", "", `flows/hello.yaml:22:7: L107: nothing can answer the question; add expect or buttons`},
		{"a choice of nothing but a page", hello, `{ cat: "Кот", dog: "Пёс" }`, `{ cat: { title: "Кот", url: "{link.home}" } }`, `L107: nothing can answer the question; add expect or buttons`},
		{"then of a flow without retry", hello, "listen:\n", "defaults: { then: bye }\nlisten:\n", `flows/hello.yaml:3:19: L120: then goes only with retry; add retry`},
		{"go and end", hello, `say: "Пока!", end`, `say: "Пока!", go: bye, end`, `flows/hello.yaml:29:3: L120: go and end do not go together; keep one of them`},
		{"wait that waits for nothing", hello, `say: "Пока!",`, `say: "Пока!", wait: {},`, `flows/hello.yaml:29:30: L124: nothing to wait for; there are: for, event`},
		{"duration", hello, `say: "Пока!",`, `say: "Пока!", wait: { for: 2 hours },`, `L124: "2 hours" is not a time to wait; write 30m, 2h, 7d`},
		{"range", hello, "{ type: name, max: 40 }", "{ type: int, range: 9..1 }", `flows/hello.yaml:15:33: L124: the range 9..1 is empty; the smaller number goes first: 1..9`},
		{"kind of a field", hello, "{ type: name, max: 40 }", "int", `L126: field "name" is of another type than the answer`},
		{"bad name", hello, "  count:\n", "  моя корзина:\n", `flows/hello.yaml:26:3: L123: the name "моя корзина" does not do`},
		{"circle", hello, "  bye: { say: \"Пока!\", end: true }", "  bye: { say: \"Пока!\", go: count }", `flows/hello.yaml:26:3: L201: a circle without a question: count → bye → count; put an ask or a wait on the way`},
		{"dead end", hello, `say: "Пока!", end: true`, `say: "Пока!"`, `flows/hello.yaml:29:3: L202: the flow breaks off at step "bye"; add go, run or end: true`},
		{"template", hello, `"Пока!"`, `"Пока, {!"`, `flows/hello.yaml:29:22: L303: a { or } without its pair`},
		{"plural forms", hello, "{n|чек|чека|чеков}", "{n|чек|чека}", `flows/hello.yaml:28:21: L305: "n" has 2 forms of the word, 3 are needed`},
		{"not printable", hello, "У вас {n} ", "У вас {registered} {n} ", `flows/hello.yaml:28:17: L304: "registered" cannot be printed`},
		{"missing translation", "locales/en/hello.yaml", "bye.say: \"Bye!\"\n", "", `flows/hello.yaml:29:15: L301: there is no translation to en; add "bye.say" to locales/en/hello.yaml`},
		{"translation of nothing", "locales/en/hello.yaml", "bye.say:", "by.say:", `locales/en/hello.yaml:11:1: L302: there is nothing to translate at "by.say"`},
		{"missing button title", "locales/en/hello.yaml", `, refuse: "No"`, "", `locales/en/hello.yaml:2:16: L301: there is no translation of button "refuse"`},
		{"missing case", "locales/en/hello.yaml", "  - { when: segment.кошатники, text: \"A cat again, {profile.name}?\" }\n", "", `L301: there is no translation of the case on line 22`},
		{"lost placeholder", "locales/en/gift.yaml", "A gift worth {sum}!", "A gift!", `locales/en/gift.yaml:1:13: L306: the translation lost {sum}; put it back`},
		{"plural forms of English", "locales/en/hello.yaml", "{n|receipt|receipts}", "{n|a|b|c}", `L305: "n" has 3 forms of the word, 2 are needed`},
		{"personal data before consent", hello, "go: { agree: name, refuse: bye }", "go: { agree: name, refuse: name }", `flows/hello.yaml:19:11: L501: step "name" asks for personal data before consent`},
		{"consent mixed", hello, "Согласны? {link.consent}", "Согласны? {link.consent} {link.advertising}", `flows/hello.yaml:8:10: L502: the consent "personal_data" is mixed with another document: {link.advertising}`},
		{"consent without its text", hello, "Согласны? {link.consent}", "Согласны?", `flows/hello.yaml:9:14: L503: a question about consent without a link to its text; add {link.consent}`},
		{"consent with other buttons", hello, "{ agree: \"Да\", refuse: \"Нет\" }", "{ agree: \"Да\", no_way: \"Нет\" }", `L503: a consent has exactly two buttons: agree and refuse`},
		{"unknown consent", hello, "consent: personal_data\n", "consent: personal\n", `flows/hello.yaml:9:14: L122: there is no consent of kind "personal"; did you mean "personal_data"?`},
		{"unsealed name", "profile.yaml", "sealed: true, ", "", `L504: "name" identifies a person and is not sealed; add sealed: true`},
		{"a question not for everybody", hello, `      - text: "Кто у вас дома, {profile.name}?"`, `      - { when: registered, text: "Кто?" }`, `flows/hello.yaml:22:7: L307: not everybody is asked: the last case is not for all; add a last case without when and once`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mistake(t, tt.file, tt.old, tt.new, tt.want)
		})
	}
}

// mistake wants the check to refuse the good programme with one text of a file
// changed for another, and to say so.
func mistake(t *testing.T, file, old, new, want string) {
	t.Helper()
	if !strings.Contains(good[file], old) {
		t.Fatalf("%s has no %q", file, old)
	}
	files := folder(good)
	files[file] = &fstest.MapFile{Data: []byte(strings.Replace(good[file], old, new, 1))}
	p, problems := flows.Load(files, vocabulary)
	if got := told(problems); p != nil || !strings.Contains(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// What begins two flows is told at the second, with the place of the first.
func TestTwoFlowsBeginAlike(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"words: [начать!]": `flows/second.yaml:2:17: L209: "words начать" already begins flow first, flows/first.yaml:2:17; keep it in one of them`,
		"link: [promo*]":   `flows/second.yaml:2:16: L209: "link promo*" already begins flow first, flows/first.yaml:2:16; keep it in one of them`,
		"photo: true":      `flows/second.yaml:2:17: L209: "photo" already begins flow first, flows/first.yaml:2:17; keep it in one of them`,
	} {
		files := folder(good)
		files["flows/first.yaml"] = &fstest.MapFile{Data: []byte("flow: first\nstart: { " + strings.Replace(key, "[начать!]", "[раз, Начать]", 1) + " }\nsteps:\n  a: { end: true }\n")}
		files["flows/second.yaml"] = &fstest.MapFile{Data: []byte("flow: second\nstart: { " + key + " }\nsteps:\n  a: { end: true }\n")}
		if _, problems := flows.Load(files, vocabulary); told(problems) != want {
			t.Errorf("%s: got %q, want %q", key, told(problems), want)
		}
	}
	files := folder(good)
	files["flows/second.yaml"] = &fstest.MapFile{Data: []byte("flow: second\nstart: { any: true }\nsteps:\n  a: { end: true }\n")}
	const want = `flows/second.yaml:2:15: L209: "any" already begins flow hello, flows/hello.yaml:2:32; keep it in one of them`
	if _, problems := flows.Load(files, vocabulary); told(problems) != want {
		t.Errorf("got %q, want %q", told(problems), want)
	}
}

// The consent of one flow counts in the flows it runs, and not in those that
// begin by themselves.
func TestConsentAcrossFlows(t *testing.T) {
	t.Parallel()
	const asks = "steps:\n  name: { skip: %q, ask: \"Имя?\", expect: name, save: name, end: true }\n"
	const agrees = `  agree:
    ask: "Согласны? {link.consent}"
    consent: personal_data
    buttons: { agree: "Да", refuse: "Нет" }
    go: { agree: yes_, refuse: bye }
`
	tests := []struct {
		name, main, extra string
		certain           bool
	}{
		{"run after consent", agrees + "  yes_: { run: extra, end: true }\n  bye: { end: true }\n", "flow: extra\n" + asks, true},
		{"run after refusal", agrees + "  yes_: { end: true }\n  bye: { run: extra }\n", "flow: extra\n" + asks, false},
		{"run after both", agrees + "  yes_: { go: bye }\n  bye: { run: extra }\n", "flow: extra\n" + asks, false},
		{"run before consent", "  first: { run: extra }\n" + agrees + "  yes_: { end: true }\n  bye: { end: true }\n", "flow: extra\n" + asks, false},
		{"begins by a word", agrees + "  yes_: { run: extra, end: true }\n  bye: { end: true }\n", "flow: extra\nstart: { words: [имя] }\n" + asks, false},
	}
	for _, tt := range tests {
		for skip, guarded := range map[string]bool{"registered": false, "not consent.personal_data": true} {
			files := folder(map[string]string{
				"programme.yaml":   strings.NewReplacer("[ru, en]", "[ru]", "  - { tap: more, event: gift.ready, run: gift }\n", "").Replace(good["programme.yaml"]),
				"profile.yaml":     good["profile.yaml"],
				"segments.yaml":    good["segments.yaml"],
				"flows/lost.yaml":  good["flows/lost.yaml"],
				"flows/main.yaml":  "flow: main\nstart: { any: true }\nsteps:\n" + tt.main,
				"flows/extra.yaml": fmt.Sprintf(tt.extra, skip),
			})
			_, problems := flows.Load(files, vocabulary)
			want := "flows/extra.yaml:"
			if tt.certain || guarded {
				want = ""
			}
			if got := told(problems); want == "" && got != "" || !strings.HasPrefix(got, want) || want != "" && !strings.Contains(got, "L501") {
				t.Errorf("%s, skip: %s: got %q", tt.name, skip, got)
			}
		}
	}
}

// Load answers anything with problems that have a place in their file, the same
// ones each time, or with a programme that may be talked to.
func FuzzLoad(f *testing.F) {
	for name, text := range good {
		f.Add(name, text)
	}
	_ = fs.WalkDir(programme.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if text, err := fs.ReadFile(programme.Files, name); err == nil && strings.HasPrefix(name, "flows/") {
			f.Add("flows/hello.yaml", string(text))
		}
		return err
	})
	f.Fuzz(func(t *testing.T, name, text string) {
		if !fs.ValidPath(name) {
			t.Skip()
		}
		files := folder(good)
		files[name] = &fstest.MapFile{Data: []byte(text)}
		p, problems := flows.Load(files, vocabulary)
		if (p == nil) == (len(problems) == 0) {
			t.Errorf("a programme: %v, problems: %d", p != nil, len(problems))
		}
		for _, problem := range problems {
			if !inside(problem.Pos, files) {
				t.Errorf("%s has no such place", problem.In("en"))
			}
		}
		if _, again := flows.Load(files, vocabulary); told(again) != told(problems) {
			t.Errorf("first:\n%s\nthen:\n%s", told(problems), told(again))
		}
		if p != nil {
			talk(p)
		}
	})
}

// inside says whether a place is one of its file. One that is missing, or cannot
// be read as text, has no place but its beginning.
func inside(at source.Pos, files fstest.MapFS) bool {
	f := files[at.File]
	if f == nil {
		return at.Line == 1 && at.Col == 1
	}
	lines := strings.Split(strings.TrimPrefix(string(f.Data), "\ufeff"), "\n")
	return at.Line >= 1 && at.Line <= len(lines) && at.Col >= 1 && at.Col <= utf8.RuneCountInString(lines[at.Line-1])+1
}

// talk begins p in every way and goes on with what may be misunderstood. Errors
// are what a script may come to; a panic is a hole in the check.
func talk(p *flows.Programme) {
	e := dialogs.New(p)
	say := func(text string) dialogs.Input { return dialogs.Input{Chat: &chat.Inbound{Text: text}} }
	inputs := []dialogs.Input{say("/start"), say("помощь"), say("?"), {Chat: &chat.Inbound{Tap: "a.more"}}, {Chat: &chat.Inbound{Photo: &chat.Photo{}}}, {Event: &dialogs.Event{Name: "gift.ready"}}}
	for _, in := range inputs {
		out, _ := e.Turn(dialogs.Session{}, in, dialogs.Env{Turn: 1, Lang: "ru"})
		for turn := range int64(3) {
			out, _ = e.Turn(out.Session, say("12345"), dialogs.Env{Turn: turn + 2, Lang: "ru"})
		}
	}
}
