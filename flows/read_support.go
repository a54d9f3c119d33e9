package flows

import (
	"slices"
	"strings"
	"time"

	"besedka/core/calendar"
	"besedka/core/expr"
	"besedka/core/source"
)

// Limits of what people sort conversations by.
const (
	MaxEnds     = 20
	MaxTags     = 50
	maxHolidays = 400
)

// readSupport reads how people work; a programme may do without.
func (l *loader) readSupport(o *source.Object) {
	s := o.Object("support")
	l.p.Support.Promise = calendar.Promise{
		Calendar: calendar.Calendar{Zone: l.p.Location, Week: l.readWeek(s.Map("hours")), Holidays: l.readHolidays(s.List("holidays"))},
		Answer:   l.readDuration(s.Node("answer")), Return: l.readDuration(s.Node("return")), Quiet: l.readDuration(s.Node("quiet")),
	}
	l.p.Support.Ends, l.p.Support.Tags = l.readLabels(s, "ends", MaxEnds), l.readLabels(s, "tags", MaxTags)
	l.p.Support.Closed = l.wording(programmeFile, s.Node("closed"), "support.closed", map[string]expr.Kind{OpensDay: expr.Date, OpensTime: expr.Text})
	l.p.Support.Rate, l.rateAt = s.Text("rate"), s.At("rate")
	l.checkSupport(s)
	s.Done()
	l.p.Support.usual(l)
}

// usual fills in what a programme does not say itself.
func (s *Support) usual(l *loader) {
	if s.Closed == nil {
		s.Closed = l.ownWording("Сейчас никого из людей нет: ответят {day} с {time}. Вопрос сохранён, повторять не нужно.",
			"Nobody is here right now: people answer on {day} from {time}. Your question is kept, no need to repeat it.")
	}
	if s.Ends == nil {
		s.Ends = []Label{
			{"solved", Words{"ru": "Вопрос решён", "en": "Solved"}},
			{"silent", Words{"ru": "Покупатель не отвечает", "en": "The shopper does not answer"}},
			{"spam", Words{"ru": "Спам", "en": "Spam"}},
			{"other", Words{"ru": "Другое", "en": "Something else"}},
		}
	}
}

// ownWording is a text of ours, in each language of the programme.
func (l *loader) ownWording(ru, en string) Wording {
	w := Wording{}
	for _, lang := range l.p.Languages {
		text := map[bool]string{true: ru, false: en}[lang == "ru"]
		w[lang] = l.readLines(&source.Node{Kind: source.Scalar, Text: text}, lang)
	}
	return w
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func (l *loader) readWeek(days []source.Entry) (week [7][]calendar.Span) {
	for _, e := range days {
		first, last, several := strings.Cut(e.Key.Text, "-")
		if !several {
			last = first
		}
		from, to := slices.Index(weekdays, first), slices.Index(weekdays, last)
		if from < 0 || to < 0 {
			l.hoursMistake(e.Key.Pos, source.Sentence("«%s» - не день недели", "%q is no day of the week", shorten(e.Key.Text)),
				source.Sentence("пишите mon, sat или mon-fri", "write mon, sat or mon-fri"))
			continue
		}
		spans := l.readSpans(e.Value)
		for day := from; ; day = (day + 1) % 7 {
			if len(week[day]) > 0 {
				l.hoursMistake(e.Key.Pos, source.Sentence("часы дня %s названы дважды", "the hours of %s are named twice", weekdays[day]),
					source.Sentence("перечислите их в одной строке: [\"9:00-13:00\", \"14:00-18:00\"]", "list them on one line: [\"9:00-13:00\", \"14:00-18:00\"]"))
			}
			week[day] = spans
			if day == to {
				break
			}
		}
	}
	return week
}

func (l *loader) hoursMistake(at source.Pos, what, cure source.Text) {
	l.report(at, "L693", what, cure)
}

// readSpans reads the hours of a day, in any order.
func (l *loader) readSpans(n *source.Node) (spans []calendar.Span) {
	for _, item := range n.AsList(&l.problems) {
		from, to, _ := strings.Cut(item.AsText(&l.problems), "-")
		s := calendar.Span{From: minuteOf(from), To: minuteOf(to)}
		switch {
		case s.From < 0 || s.To < 0:
			l.hoursMistake(item.Pos, source.Sentence("«%s» - не часы работы", "%q is no hours of work", shorten(item.Text)), source.Sentence("пишите, например, \"9:00-18:00\"", "write for example \"9:00-18:00\""))
		case s.To <= s.From:
			l.hoursMistake(item.Pos, source.Sentence("«%s» кончается раньше, чем начинается", "%q ends before it begins", item.Text),
				source.Sentence("часы за полночь разделите на два дня: \"22:00-24:00\" и \"0:00-6:00\" назавтра", "split hours past midnight over two days: \"22:00-24:00\", and \"0:00-6:00\" on the next"))
		case slices.ContainsFunc(spans, func(other calendar.Span) bool { return s.From < other.To && other.From < s.To }):
			l.hoursMistake(item.Pos, source.Sentence("«%s» заходит на другие часы того же дня", "%q overlaps other hours of that day", item.Text), source.Sentence("соедините их в одни", "make one of them"))
		default:
			spans = append(spans, s)
		}
	}
	slices.SortFunc(spans, func(a, b calendar.Span) int { return a.From - b.From })
	return spans
}

// minuteOf is a time of day as minutes since midnight, up to 24:00; -1 for none.
func minuteOf(text string) int {
	text = strings.TrimSpace(text)
	if text == "24:00" {
		return 24 * 60
	}
	at, err := time.Parse("15:04", text)
	if err != nil {
		return -1
	}
	return at.Hour()*60 + at.Minute()
}

func (l *loader) readHolidays(days []*source.Node) map[calendar.Date]bool {
	off := map[calendar.Date]bool{}
	for _, n := range days {
		at, err := time.Parse(time.DateOnly, n.AsText(&l.problems))
		switch {
		case err != nil:
			l.report(n.Pos, "L694", source.Sentence("«%s» - не день календаря", "%q is no day of the calendar", shorten(n.Text)), source.Sentence("пишите год, месяц и день: 2027-01-01", "write year, month and day: 2027-01-01"))
		case off[calendar.DateOf(at)]:
			l.report(n.Pos, "L694", source.Sentence("праздник %s назван дважды", "the holiday %s is named twice", n.Text), source.Sentence("уберите лишний", "remove one of them"))
		}
		off[calendar.DateOf(at)] = err == nil
	}
	if len(days) > maxHolidays {
		l.limit(days[0].Pos, source.Sentence("праздников", "holidays"), maxHolidays)
	}
	return off
}

func (l *loader) readLabels(s *source.Object, key string, limit int) (labels []Label) {
	for _, e := range atMost(l, limit, s.Map(key), s.At(key), source.Sentence("строк здесь", "lines here")) {
		if l.named(e.Key) {
			name := e.Key.Text
			labels = append(labels, Label{name, l.words(e.Value, programmeFile, "support."+key+"."+name)})
		}
	}
	return labels
}

// checkSupport wants times that can come true.
func (l *loader) checkSupport(o *source.Object) {
	p := l.p.Support.Promise
	switch {
	case o.Has("holidays") && !o.Has("hours"):
		l.report(o.At("holidays"), "L695", source.Sentence("праздники есть, а часов работы нет: работают круглые сутки", "there are holidays and no hours: people work round the clock"),
			source.Sentence("добавьте hours: { mon-fri: [\"9:00-18:00\"] }", "add hours: { mon-fri: [\"9:00-18:00\"] }"))
	case o.Has("closed") && !o.Has("hours"):
		l.report(o.At("closed"), "L695", source.Sentence("closed не прозвучит никогда: часов работы нет", "closed is never said: there are no hours of work"), source.Sentence("добавьте hours или уберите closed", "add hours, or remove closed"))
	case o.Has("hours") && p.Always():
		l.report(o.At("hours"), "L695", source.Sentence("в этих часах нет ни минуты работы", "these hours hold no minute of work"),
			source.Sentence("впишите часы хотя бы одного дня; работаете круглые сутки - уберите hours", "write the hours of a day at least; if you work round the clock, remove hours"))
	case p.Return != 0 && p.Return < p.Answer:
		l.report(o.At("return"), "L695", source.Sentence("разговор вернётся в очередь раньше, чем выйдет срок ответа", "a conversation goes back to the queue before its answer is due"),
			source.Sentence("return - не меньше answer", "return is no less than answer"))
	}
}
