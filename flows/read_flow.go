package flows

import (
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"besedka/core/expr"
	"besedka/core/source"
)

func (l *loader) readFlow(file, id string) {
	n := l.parse(file)
	if n == nil {
		l.broken[path.Base(file)] = true
		return
	}
	o := source.Fields(n, &l.problems)
	o.Require("flow", "steps")
	if name := o.Text("flow"); name != id && name != "" {
		o.Report(o.At("flow"), "L123", source.Sentence("сценарий «%s» лежит в файле «%s.yaml»", "flow %q lies in file %q", name, id),
			source.Sentence("назовите их одинаково", "give both one name"))
	}
	f := &Flow{Pos: n.Pos, ID: id, index: map[string]int{}, vars: map[string]expr.Kind{}}
	l.readTalk(f, o)
	f.Moved = l.readMoved(o, n.Pos)
	l.readSteps(f, o)
	o.Done()
	l.translateFlow(f)
	l.p.Flows[id] = f
}

// readTalk reads how a flow begins, what interrupts it, and what holds for all its
// questions.
func (l *loader) readTalk(f *Flow, o *source.Object) {
	f.Start = l.readStart(o.Object("start"))
	f.Listen = l.readOwnListen(o)
	defaults := o.Object("defaults")
	f.Retry, f.Then = l.readLadder(defaults.Node("retry"), "defaults.retry"), defaults.Text("then")
	f.thenAt = defaults.At("then")
	l.thenNeedsRetry(defaults, f.Retry)
	f.Remind = l.readReminders(defaults.Node("remind"), "defaults.remind")
	f.Expire = l.readExpire(defaults.Node("expire"), "defaults.expire")
	f.Back = l.readBack(defaults)
	defaults.Done()
}

func (l *loader) readSteps(f *Flow, o *source.Object) {
	entries := atMost(l, MaxSteps, o.Map("steps"), o.At("steps"), source.Sentence("шагов", "steps"))
	if o.Has("steps") && len(entries) == 0 {
		o.Report(o.At("steps"), "L124", source.Sentence("в сценарии нет шагов", "the flow has no steps"), source.Sentence("впишите хотя бы один", "write at least one"))
	}
	for _, e := range entries {
		if l.named(e.Key) {
			f.index[e.Key.Text] = len(f.Steps)
			f.Steps = append(f.Steps, l.readStep(e))
		}
	}
}

func (l *loader) readStart(o *source.Object) Start {
	s := Start{Words: l.readWords(o.Node("words")), Links: o.Texts("link"), Photo: o.Bool("photo"), Any: o.Bool("any")}
	s.where = places(o, "words", "link", "photo", "any")
	o.Done()
	return s
}

func (l *loader) readWords(n *source.Node) []string {
	words := n.AsTexts(&l.problems)
	if n != nil {
		words = atMost(l, MaxWords, words, n.Pos, source.Sentence("слов", "words"))
	}
	for _, w := range words {
		if Normal(w) == "" {
			l.unheard(n.Pos, w)
		}
	}
	return words
}

func (l *loader) unheard(at source.Pos, word string) {
	l.report(at, "L124", source.Sentence("слово «%s» не услышать", "the word %q cannot be heard", shorten(word)),
		source.Sentence("в слове нужна буква, цифра или знак вроде 👍", "a word needs a letter, a digit or a sign like 👍"))
}

func (l *loader) readListen(items []*source.Node) []*Listen {
	if len(items) > 0 {
		items = atMost(l, MaxListen, items, items[0].Pos, source.Sentence("перебиваний", "listen entries"))
	}
	var list []*Listen
	for _, n := range items {
		o := source.Fields(n, &l.problems)
		e := &Listen{
			Pos: n.Pos, Words: l.readWords(o.Node("words")), Event: o.Text("event"), Tap: o.Text("tap"), Photo: o.Bool("photo"), Stop: o.Bool("stop"),
			Run: o.Text("run"), Go: o.Text("go"),
		}
		l.checkListen(o, n, e)
		o.Done()
		list = append(list, e)
	}
	return list
}

// checkListen wants something to listen for and one outcome.
func (l *loader) checkListen(o *source.Object, n *source.Node, e *Listen) {
	if e.Tap != "" {
		l.named(o.Node("tap"))
	}
	if len(e.Words) == 0 && e.Event == "" && e.Tap == "" && !e.Photo && !e.Stop {
		o.Report(n.Pos, "L124", source.Sentence("не сказано, чего ждать", "nothing to listen for"), source.Sentence("есть: words, event, tap, photo", "there are: words, event, tap, photo"))
	}
	if (e.Run == "") == (e.Go == "") {
		o.Report(n.Pos, "L124", source.Sentence("нужен ровно один из ключей run, go", "exactly one of run, go is needed"),
			source.Sentence("run отвечает и возвращается к вопросу, go уходит от него", "run answers and returns to the question, go leaves it"))
	}
	if e.Stop && (e.Go != "" || e.Event != "" || e.Tap != "" || e.Photo) {
		o.Report(n.Pos, "L691", source.Sentence("рядом со stop: true бывают только words и run", "stop: true goes with words and run alone"),
			source.Sentence("ответьте сценарием: run; остальное слушайте отдельной строкой", "answer by a flow: run; listen for the rest in a line of its own"))
	}
	e.Then = l.readThen(o, e)
}

// readLadder reads the texts said to misunderstood answers, in turn.
func (l *loader) readLadder(n *source.Node, slot string) []*Text {
	if n == nil {
		return nil
	}
	if n.Kind != source.List {
		return []*Text{l.readText(n, slot)}
	}
	if len(n.Items) == 0 {
		l.empty(n.Pos)
	}
	if len(n.Items) > MaxRetries {
		l.limit(n.Pos, source.Sentence("повторов", "retries"), MaxRetries)
	}
	var texts []*Text
	for i, item := range n.Items {
		texts = append(texts, l.readText(item, slot+"."+strconv.Itoa(i+1)))
	}
	return texts
}

func (l *loader) readBranch(n *source.Node, slot string) *Branch {
	switch {
	case n == nil:
		return nil
	case n.Kind == source.Scalar:
		return &Branch{Pos: n.Pos, Go: n.AsText(&l.problems)}
	}
	o := source.Fields(n, &l.problems)
	b := &Branch{Pos: n.Pos, Say: l.readText(o.Node("say"), slot), Go: o.Text("go"), Run: o.Text("run"), End: ends(o)}
	l.oneWay(o, n.Pos)
	o.Done()
	return b
}

// ends reads `end`. Of a value that is neither true nor false it is told, and an
// end is what its writer meant.
func ends(o *source.Object) bool {
	return o.Bool("end") || o.Has("end") && o.Node("end").Text != "false"
}

// oneWay reports two keys that say where to go on.
func (l *loader) oneWay(o *source.Object, at source.Pos) {
	if o.Has("go") && o.Has("end") {
		l.report(at, "L120", source.Sentence("go и end вместе не стоят", "go and end do not go together"), source.Sentence("оставьте один из них", "keep one of them"))
	}
}

func (l *loader) readType(n *source.Node) Type {
	t := Type(n.AsText(&l.problems))
	if _, ok := Reasons[t]; !ok && t != "" {
		have := make([]string, 0, len(Reasons))
		for _, name := range sorted(Reasons) {
			have = append(have, string(name))
		}
		l.report(n.Pos, "L121", source.Sentence("нет типа «%s»", "there is no type %q", shorten(string(t))), meantType(string(t), have))
		return ""
	}
	return t
}

// otherTypes are names that types have elsewhere, and in people's heads.
var otherTypes = map[string]Type{
	"number": IntType, "integer": IntType, "число": IntType, "string": TextType, "строка": TextType, "текст": TextType,
	"mail": EmailType, "почта": EmailType, "телефон": PhoneType, "дата": DateType, "select": ChoiceType, "выбор": ChoiceType,
	"rating": ScaleType, "шкала": ScaleType, "image": PhotoType, "фото": PhotoType, "file": DocumentType, "файл": DocumentType,
}

func meantType(name string, have []string) source.Text {
	if t, known := otherTypes[strings.ToLower(name)]; known {
		return source.Sentence("здесь он зовётся «%s»", "here it is called %q", string(t))
	}
	return source.Meant(name, have)
}

func (l *loader) readDuration(n *source.Node) time.Duration {
	if n == nil {
		return 0
	}
	text := n.AsText(&l.problems)
	unit := map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}
	if r, size := utf8.DecodeLastRuneInString(text); unit[string(r)] != 0 {
		count, err := strconv.Atoi(text[:len(text)-size])
		if err == nil && count > 0 && count <= 1000 {
			return time.Duration(count) * unit[string(r)]
		}
	}
	l.report(n.Pos, "L124", source.Sentence("«%s» - не время ожидания", "%q is not a time to wait", shorten(text)),
		source.Sentence("пишите 30m, 2h, 7d", "write 30m, 2h, 7d"))
	return 0
}

func readExpr(n *source.Node) *Expr {
	if n == nil {
		return nil
	}
	return &Expr{node: n}
}
