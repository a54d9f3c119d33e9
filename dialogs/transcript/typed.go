package transcript

import (
	"regexp"
	"strconv"
	"strings"

	"besedka/core/source"
	"besedka/flows"
)

// Commands are what a line may begin with to be more than a message; each is a
// key of a transcript's line.
var commands = map[string]string{
	":say": "user", ":press": "press", ":photo": "photo", ":document": "document", ":location": "location", ":contact": "contact", ":start": "start",
	":later": "later", ":event": "event", ":fact": "facts", ":begin": "begin",
}

// fields are a typed line as the fields of a transcript's line: a command, a
// tap on what is shown, else a message.
func (t *Talk) fields(typed string) (string, error) {
	word, rest, _ := strings.Cut(typed, " ")
	key, ok := commands[word]
	switch {
	case ok:
		return command(key, strings.TrimSpace(rest)), nil
	case strange.MatchString(word):
		return "", &source.Problem{Code: "L130", What: source.Sentence("нет команды %s", "there is no command %s", word), Cure: source.Meant(word, append(names(commands), ":quit"))}
	}
	if title, ok := t.tapped(typed); ok {
		return command("press", title), nil
	}
	return command("user", typed), nil
}

// strange looks like a command; :) does not.
var strange = regexp.MustCompile(`^:\pL`)

func command(key, rest string) string {
	switch key {
	case "facts":
		return "facts: { " + pairs(rest) + " }"
	case "event":
		name, args, _ := strings.Cut(rest, " ")
		return "event: " + scalar(name) + ", with: { " + pairs(args) + " }"
	case "contact":
		return "contact: " + scalar(rest) + ", own: true"
	}
	return key + ": " + strconv.Quote(rest)
}

// tapped finds the button on show whose number or title was typed. The title of
// one that opens a page may be a word that somebody listens for.
func (t *Talk) tapped(typed string) (title string, ok bool) {
	if n, err := strconv.Atoi(typed); err == nil && 0 < n && n <= len(t.shown) && !t.counts() {
		return t.shown[n-1].Title, true
	}
	for _, b := range t.shown {
		if b.Token != "" && flows.Normal(b.Title) == flows.Normal(typed) {
			return b.Title, true
		}
	}
	return "", false
}

// counts says whether the question that waits takes a number.
func (t *Talk) counts() bool {
	flow, id, _ := strings.Cut(t.player.place(), "/")
	f := t.read.p.Flows[flow]
	if f == nil {
		return false
	}
	s := f.Step(id)
	return s != nil && s.Asks() && (s.Expect.Type == flows.IntType || s.Expect.Type == flows.ScaleType || s.Expect.Type == flows.YearType)
}

// pairs are name=value as the fields of a map. A word without = goes on with
// the value before it.
func pairs(typed string) string {
	var list []string
	for _, word := range strings.Fields(typed) {
		if strings.Contains(word, "=") || len(list) == 0 {
			list = append(list, word)
			continue
		}
		list[len(list)-1] += " " + word
	}
	for i, pair := range list {
		name, value, _ := strings.Cut(pair, "=")
		list[i] = scalar(name) + ": " + scalar(value)
	}
	return strings.Join(list, ", ")
}

// stub reads an outcome or its number, and its values.
func (t *Talk) stub(typed string, call flows.Call) (stub, error) {
	outcome, values, _ := strings.Cut(strings.TrimSpace(typed), " ")
	if n, err := strconv.Atoi(outcome); err == nil && 0 < n && n <= len(call.Outcomes) {
		outcome = call.Outcomes[n-1]
	}
	n, problems := source.Parse("", []byte("{ "+scalar(outcome)+": { "+pairs(values)+" } }"))
	t.read.problems = problems
	if len(problems) > 0 {
		return stub{}, told(problems)
	}
	s := t.read.stub(n, call)
	return s, told(t.read.problems)
}
