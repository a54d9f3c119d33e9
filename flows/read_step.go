package flows

import (
	"math"
	"strconv"

	"besedka/core/chat"
	"besedka/core/source"
)

func (l *loader) readStep(e source.Entry) *Step {
	o := source.Fields(e.Value, &l.problems)
	slot := func(part string) string { return e.Key.Text + "." + part }
	s := &Step{
		Pos: e.Key.Pos, ID: e.Key.Text,
		Skip:    readExpr(o.Node("skip")),
		Say:     l.readText(o.Node("say"), slot("say")),
		Edit:    l.readEdit(o),
		Media:   l.readMedia(o),
		Ask:     l.readText(o.Node("ask"), slot("ask")),
		Buttons: l.readButtons(o, slot("buttons")),
		Consent: o.Text("consent"),
		Expect:  l.readExpect(o.Node("expect"), e.Key),
		Retry:   l.readLadder(o.Node("retry"), slot("retry")),
		Then:    o.Text("then"),
		Else:    l.readCasesOf(o.Map("else"), e.Key.Text),
		Remind:  l.readReminders(o.Node("remind"), slot("remind")),
		Expire:  l.readExpire(o.Node("expire"), slot("expire")),
		Back:    l.readBack(o),
		Listen:  l.readOwnListen(o),
		Save:    o.Text("save"),
		Set:     l.readAssigns(o.Map("set")),
		Split:   l.readSplit(o),
		Call:    o.Text("call"),
		With:    l.readAssigns(o.Map("with")),
		Wait:    l.readWait(o.Node("wait")),
		Handoff: o.Text("handoff"),
		Funnel:  l.readStage(o.Node("funnel")),
	}
	s.Writes = s.Call != "" && !l.vocabulary.Calls[s.Call].Reads
	l.readGo(s, o)
	if s.Handoff != "" && s.Go == nil { // afterwards the flow is over, and what it interrupted goes on
		s.Go = &Branch{Pos: s.Pos, End: true}
	}
	if s.Expect == nil && s.Ask != nil {
		s.Expect = &Expect{Pos: s.Ask.Pos, Type: ChoiceType}
	}
	l.addOurs(s)
	l.addSkip(s, o)
	s.where = places(o, "consent", "then", "save", "call", "wait", "split", "buttons", "with", "else", "go", "edit")
	l.checkMix(s, o)
	o.Done()
	return s
}

func places(o *source.Object, keys ...string) map[string]source.Pos {
	at := map[string]source.Pos{}
	for _, key := range keys {
		if o.Has(key) {
			at[key] = o.At(key)
		}
	}
	return at
}

// readGo reads the ways on: `go` is a step, or branches by outcome; `run` and
// `end` stand beside it.
func (l *loader) readGo(s *Step, o *source.Object) {
	l.oneWay(o, s.Pos)
	n := o.Node("go")
	if n != nil && n.Kind == source.Map {
		s.Cases = l.readCasesOf(o.Map("go"), s.ID)
		if o.Has("run") {
			l.report(o.At("run"), "L120", source.Sentence("run рядом с исходами не стоит", "run does not go with outcomes"), source.Sentence("впишите его в исход", "put it into an outcome"))
		}
		return
	}
	if n != nil && n.Kind == source.List {
		l.readGoList(s, o)
		return
	}
	if n != nil || o.Has("run") || o.Has("end") {
		s.Go = &Branch{Pos: s.Pos, Run: o.Text("run"), Go: o.Text("go"), End: ends(o)}
	}
	if n != nil {
		s.Go.Pos = n.Pos
	} else if o.Has("run") {
		s.Go.Pos = o.At("run")
	}
}

// readGoList reads the ways on by condition, which nothing else goes beside.
func (l *loader) readGoList(s *Step, o *source.Object) {
	s.Routes = l.readRoutes(o.Node("go"), s.ID)
	for _, key := range []string{"run", "split", "handoff"} {
		if o.Has(key) {
			l.report(o.At(key), "L120", source.Sentence("%s рядом со списком go не стоит", "%s does not go with a list of go", key), source.Sentence("разделите на два шага", "make two steps of it"))
		}
	}
}

func (l *loader) readCasesOf(entries []source.Entry, step string) map[string]*Branch {
	if entries == nil {
		return nil
	}
	cases := make(map[string]*Branch, len(entries))
	for _, e := range entries {
		cases[e.Key.Text] = l.readBranch(e.Value, step+"."+e.Key.Text)
		if cases[e.Key.Text] == nil {
			delete(cases, e.Key.Text)
		}
	}
	return cases
}

func (l *loader) readAssigns(entries []source.Entry) []Assign {
	var list []Assign
	for _, e := range entries {
		if l.named(e.Key) {
			list = append(list, Assign{Pos: e.Key.Pos, Name: e.Key.Text, Value: readExpr(e.Value)})
		}
	}
	return list
}

func (l *loader) readButtons(o *source.Object, slot string) []*Button {
	entries := atMost(l, MaxButtons, o.Map("buttons"), o.At("buttons"), source.Sentence("кнопок", "buttons"))
	var list []*Button
	for _, e := range entries {
		if !l.named(e.Key) {
			continue
		}
		if len(e.Key.Text) > MaxOption {
			l.limit(e.Key.Pos, source.Sentence("байтов в имени кнопки", "bytes in a button's name"), MaxOption)
		}
		list = append(list, l.readButton(e, slot))
	}
	return list
}

func (l *loader) readButton(e source.Entry, slot string) *Button {
	b := &Button{Pos: e.Key.Pos, ID: e.Key.Text}
	title := e.Value
	if e.Value.Kind == source.Map {
		o := source.Fields(e.Value, &l.problems)
		o.Require("title")
		title = o.Node("title")
		b.URL = l.readText(o.Node("url"), slot+"."+b.ID+".url")
		b.Contact, b.Tap, b.Arg, b.Words = o.Bool("contact"), o.Text("tap"), o.Text("arg"), o.Texts("words")
		l.checkButton(o, b)
		o.Done()
	}
	b.Title = Words{l.base(): title.AsText(&l.problems)}
	return b
}

func (l *loader) checkButton(o *source.Object, b *Button) {
	ways := 0
	for _, is := range []bool{b.URL != nil, b.Contact, b.Tap != ""} {
		if is {
			ways++
		}
	}
	if ways > 1 {
		l.report(b.Pos, "L120", source.Sentence("url, contact и tap вместе не стоят", "url, contact and tap do not go together"), source.Sentence("оставьте один из них", "keep one of them"))
	}
	if len(b.Words) > 0 && !b.Option() {
		l.report(o.At("words"), "L120", source.Sentence("words бывает только у кнопки-ответа", "words go only with a button that answers"),
			source.Sentence("у tap слова пишут в listen", "the words of a tap go into listen"))
	}
	if b.Arg != "" && b.Tap == "" {
		l.report(o.At("arg"), "L120", source.Sentence("arg бывает только у tap", "arg goes only with tap"), source.Sentence("добавьте tap", "add tap"))
	}
	l.checkTap(o, b)
}

// widest is the longest number that a tap may carry.
var widest = strconv.FormatInt(math.MinInt64, 10)

// checkTap wants a tap that its token can carry: a dot would part it, and for
// one token that is too long Telegram refuses the whole message.
func (l *loader) checkTap(o *source.Object, b *Button) {
	n := o.Node("tap")
	if b.Tap == "" || !l.named(n) {
		return
	}
	if more := len(b.Token(widest)) - chat.TokenBytes; more > 0 {
		l.report(n.Pos, "L402", source.Sentence("кнопка с такими tap и arg длиннее, чем передаст мессенджер, на %d байт", "a button with this tap and arg is %d bytes longer than messengers carry", more),
			source.Sentence("сократите имя tap или переменной; русская буква - два байта", "shorten the name of the tap or of the variable"))
	}
}

func (l *loader) readWait(n *source.Node) *Wait {
	if n == nil {
		return nil
	}
	o := source.Fields(n, &l.problems)
	w := &Wait{Pos: n.Pos, For: l.readDuration(o.Node("for")), Event: o.Text("event")}
	if !o.Has("for") && !o.Has("event") {
		o.Report(n.Pos, "L124", source.Sentence("не сказано, чего ждать", "nothing to wait for"), source.Sentence("есть: for, event", "there are: for, event"))
	}
	o.Done()
	return w
}

// checkMix refuses keys that have no meaning together: the parts of a step
// always run in one order, so each combination must read the same to everyone.
func (l *loader) checkMix(s *Step, o *source.Object) {
	if s.Ask == nil {
		for _, key := range []string{"consent", "expect", "save", "retry", "then", "else", "remind", "expire", "skippable"} {
			if o.Has(key) {
				l.report(o.At(key), "L120", source.Sentence("%s бывает только у вопроса", "%s goes only with a question", key), source.Sentence("добавьте ask", "add ask"))
			}
		}
		for _, key := range []string{"listen", "back"} {
			if o.Has(key) && s.Wait == nil {
				l.report(o.At(key), "L120", source.Sentence("%s бывает у вопроса и у ожидания", "%s goes with a question or a wait", key), source.Sentence("добавьте ask или wait, или впишите во весь сценарий", "add ask or wait, or write it for the whole flow"))
			}
		}
		l.optionsNeedQuestion(s)
	} else if s.Expect.Type.Listed() && len(s.options()) == 0 {
		l.report(s.Ask.Pos, "L107", source.Sentence("на вопрос нечем ответить", "nothing can answer the question"), source.Sentence("добавьте expect или кнопки", "add expect or buttons"))
	}
	for _, pair := range [][2]string{{"ask", "wait"}, {"call", "wait"}, {"ask", "split"}, {"call", "split"}, {"wait", "split"}, {"ask", "handoff"}, {"call", "handoff"}, {"wait", "handoff"}, {"split", "handoff"}, {"run", "handoff"}, {"end", "handoff"}, {"save", "set"}, {"consent", "expect"}, {"consent", "call"}} {
		if o.Has(pair[0]) && o.Has(pair[1]) {
			l.report(o.At(pair[1]), "L120", source.Sentence("%s и %s в одном шаге не стоят", "%s and %s do not go together in one step", pair[0], pair[1]),
				source.Sentence("разделите на два шага", "make two steps of it"))
		}
	}
	if s.Ask != nil && s.Served() {
		l.report(o.At("call"), "L120", source.Sentence("службу не спросить в одном шаге с покупателем: ответа ждут оба", "a service is not asked in one step with the shopper: both are waited for"), source.Sentence("разделите на два шага", "make two steps of it"))
	}
	if o.Has("with") && s.Call == "" {
		l.report(o.At("with"), "L120", source.Sentence("with бывает только у call", "with goes only with call"), source.Sentence("добавьте call", "add call"))
	}
	l.thenNeedsRetry(o, s.Retry)
}

// thenNeedsRetry refuses to leave a question at the first misunderstanding
// without a word.
func (l *loader) thenNeedsRetry(o *source.Object, ladder []*Text) {
	if o.Has("then") && len(ladder) == 0 {
		l.report(o.At("then"), "L120", source.Sentence("then бывает только у retry", "then goes only with retry"), source.Sentence("добавьте retry", "add retry"))
	}
}

func (l *loader) optionsNeedQuestion(s *Step) {
	for _, b := range s.Buttons {
		if b.Option() || b.Contact {
			l.report(b.Pos, "L120", source.Sentence("кнопка-ответ бывает только у вопроса", "a button that answers goes only with a question"),
				source.Sentence("добавьте ask, или сделайте её tap либо url", "add ask, or make it a tap or url"))
		}
	}
	if len(s.Buttons) > 0 && s.Say == nil && s.Ask == nil {
		l.report(s.Buttons[0].Pos, "L120", source.Sentence("кнопки без текста", "buttons without a text"), source.Sentence("добавьте say или ask", "add say or ask"))
	}
}
