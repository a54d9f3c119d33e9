package flows

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"besedka/core/chat"
	"besedka/core/source"
)

const (
	programmeFile = "programme.yaml"
	profileFile   = "profile.yaml"
	segmentsFile  = "segments.yaml"
)

// readProgramme leaves Languages nil when the file cannot be read at all.
func (l *loader) readProgramme(names []string) {
	n := l.parse(programmeFile)
	if n == nil {
		return
	}
	o := source.Fields(n, &l.problems)
	o.Require("name", "languages", "zone", "country", "fallback", "stale", "defaults", "consents")
	l.p.Languages = l.languages(o)
	if l.p.Languages == nil {
		return
	}
	l.readTranslations(names)
	l.p.Name = l.words(o.Node("name"), programmeFile, "name")
	l.p.Location = l.zone(o)
	l.p.Country = l.country(o)
	l.p.Money = l.currencies(o)
	for _, c := range l.p.Money {
		l.p.Currencies = append(l.p.Currencies, c.ID)
	}
	l.p.Channels = l.channels(o)
	l.readCards(o)
	l.readFamily(o)
	l.readWidget(o)
	l.p.Fallback, l.fallbackAt = l.flowName(o, "fallback")
	l.p.Stale, l.staleAt = l.flowName(o, "stale")
	l.p.Retry = l.readDefaults(o.Object("defaults"))
	l.p.Listen = l.readListen(o.List("listen"))
	l.readCommands(o)
	if o.Has("quiet") {
		l.p.Quiet = l.readQuiet(o.Object("quiet"))
	}
	l.readSupport(o)
	l.p.Moved = l.readMoved(o, n.Pos)
	l.readHome(o.Object("home"))
	l.readConsents(o)
	o.Done()
}

// flowName reads the name of a flow that the programme cannot do without.
func (l *loader) flowName(o *source.Object, key string) (id string, at source.Pos) {
	id, at = o.Text(key), o.At(key)
	if n := o.Node(key); n != nil && n.Kind == source.Scalar && id == "" {
		l.report(at, "L107", source.Sentence("у «%s» нет имени сценария", "%q names no flow", key), source.Sentence("впишите его", "write it here"))
	}
	return id, at
}

var languageTag = regexp.MustCompile(`^[a-z]{2}$`)

func (l *loader) languages(o *source.Object) []string {
	if n := o.Node("languages"); n != nil && n.Kind == source.List && len(n.Items) == 0 {
		l.empty(n.Pos)
	}
	var langs []string
	for _, n := range o.List("languages") {
		tag := n.AsText(&l.problems)
		if !languageTag.MatchString(tag) || slices.Contains(langs, tag) {
			l.report(n.Pos, "L124", source.Sentence("«%s» - не язык или уже назван", "%q is not a language or is named twice", tag),
				source.Sentence("пишите две буквы: ru, en", "write two letters: ru, en"))
			continue
		}
		langs = append(langs, tag)
	}
	return langs
}

func (l *loader) zone(o *source.Object) *time.Location {
	name := o.Text("zone")
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		l.report(o.At("zone"), "L124", source.Sentence("нет часового пояса «%s»", "there is no time zone %q", name),
			source.Sentence("пишите, например, Europe/Moscow", "write for example Europe/Moscow"))
		return time.UTC
	}
	return zone
}

var countryCode = regexp.MustCompile(`^[A-Z]{2}$`)

func (l *loader) country(o *source.Object) string {
	code := o.Text("country")
	if code != "" && !countryCode.MatchString(code) {
		l.report(o.At("country"), "L124", source.Sentence("«%s» - не код страны", "%q is not a country's code", code),
			source.Sentence("пишите две заглавные буквы: RU", "write two capital letters: RU"))
	}
	return code
}

// channelNames are the messengers that a programme may speak through.
var channelNames = []string{"telegram", "webchat", "whatsapp", "whatsmeow", "max", "vk", "viber"}

// ChannelNames returns the messengers that a programme may name.
func ChannelNames() []string { return slices.Clone(channelNames) }

func (l *loader) channels(o *source.Object) []chat.Channel {
	var channels []chat.Channel
	for _, n := range o.List("channels") {
		name := n.AsText(&l.problems)
		if !slices.Contains(channelNames, name) && n.Kind == source.Scalar {
			l.unknown(n.Pos, "канала", "channel", name, channelNames)
		}
		channels = append(channels, chat.Channel(name))
	}
	return channels
}

func (l *loader) readDefaults(o *source.Object) []*Text {
	o.Require("retry")
	retry := l.readLadder(o.Node("retry"), "defaults.retry")
	l.p.Back = l.readBack(o)
	l.p.NoWayBack = l.own("defaults.back", o.At("back"), "Отсюда назад не вернуться.", "There is no way back from here.")
	l.p.Stuck = l.own("defaults.people", o.At("retry"), "Кажется, я вас не понимаю. Зову человека, он прочтёт и ответит. А захотите снова меня - напишите «бот».",
		"It seems that I do not understand you. I am calling a person, who will read this and answer. To have me back, write “bot”.")
	o.Done()
	l.translateLadder(retry, programmeFile)
	return retry
}

func (l *loader) readHome(o *source.Object) {
	part := func(key string) Words { return l.words(o.Node(key), programmeFile, "home."+key) }
	l.p.Home = Home{Title: part("title"), Lead: part("lead"), Action: part("action"), Footer: part("footer")}
	for i, n := range o.List("steps") {
		l.p.Home.Steps = append(l.p.Home.Steps, l.words(n, programmeFile, "home.steps."+strconv.Itoa(i+1)))
	}
	o.Done()
}

func (l *loader) readConsents(o *source.Object) {
	for _, e := range o.Map("consents") {
		kind := e.Key.Text
		if !slices.Contains(consentKinds, kind) {
			l.report(e.Key.Pos, "L122", source.Sentence("нет согласия вида «%s»", "there is no consent of kind %q", kind), source.Meant(kind, consentKinds))
			continue
		}
		c := source.Fields(e.Value, &l.problems)
		c.Require("title", "text")
		key := "consents." + kind
		d := &Document{
			Title: l.words(c.Node("title"), programmeFile, key+".title"),
			Text:  l.words(c.Node("text"), programmeFile, key+".text"),
		}
		c.Done()
		d.Version = d.hash(l.p.Languages)
		l.p.Consents[kind] = d
		if kind == Advertising {
			l.checkRefusable(e.Key.Pos)
		}
	}
}

// checkRefusable wants the programme to hear those who refuse the advertising that
// it asks consent to.
func (l *loader) checkRefusable(at source.Pos) {
	if slices.ContainsFunc(l.p.Listen, func(e *Listen) bool { return e.Stop }) {
		return
	}
	l.report(at, "L692", source.Sentence("согласие на рекламу есть, а «стоп» никто не слышит", "there is consent to advertising, and nobody hears “stop”"),
		source.Sentence("добавьте в listen строку { stop: true, run: … } со сценарием, который зовёт profile.unsubscribe", "add { stop: true, run: … } to listen, with a flow that calls profile.unsubscribe"))
}

// hash names a version of the document by what it says.
func (d *Document) hash(languages []string) string {
	sum := sha256.New()
	for _, lang := range languages {
		fmt.Fprintf(sum, "%s\x00%s\x00%s\x00", lang, d.Title[lang], d.Text[lang])
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

func (l *loader) readProfile() {
	n := l.parse(profileFile)
	if n == nil {
		return
	}
	o := source.Fields(n, &l.problems)
	for _, e := range atMost(l, MaxFields, o.Map("fields"), o.At("fields"), source.Sentence("полей анкеты", "fields of the profile")) {
		if l.named(e.Key) {
			l.p.Profile.Fields = append(l.p.Profile.Fields, l.readField(e))
		}
	}
	o.Done()
}

func (l *loader) readField(e source.Entry) Field {
	o := source.Fields(e.Value, &l.problems)
	o.Require("type", "title")
	key := "fields." + e.Key.Text
	f := Field{Name: e.Key.Text, Type: l.readType(o.Node("type")), Sealed: o.Bool("sealed"), Consent: o.Text("consent")}
	f.Title = l.words(o.Node("title"), profileFile, key+".title")
	f.Kind = kinds[f.Type]
	for _, option := range atMost(l, MaxOptions, o.Map("options"), o.At("options"), source.Sentence("вариантов поля", "options of a field")) {
		if l.named(option.Key) {
			name := option.Key.Text
			f.Options = append(f.Options, Option{Name: name, Title: l.words(option.Value, profileFile, key+".options."+name)})
		}
	}
	l.checkField(o, f)
	o.Done()
	return f
}

// keptTypes tells which types answers are kept of.
func keptTypes() source.Text {
	var names []string
	for _, t := range sorted(kinds) {
		names = append(names, string(t))
	}
	return source.Sentence("есть: %s", "there are: %s", strings.Join(names, ", "))
}

func (l *loader) checkField(o *source.Object, f Field) {
	switch {
	case f.Kind == 0 && f.Type != "":
		o.Report(o.At("type"), "L124", source.Sentence("тип «%s» не хранится в анкете", "type %q is not kept in a profile", f.Type), keptTypes())
	case f.Type.Listed() && len(f.Options) == 0:
		o.Report(o.At("type"), "L107", source.Sentence("у выбора нет options", "the choice has no options"), source.Sentence("перечислите их", "list them"))
	case f.Type.identifies() && !f.Sealed:
		o.Report(o.At("type"), "L504", source.Sentence("«%s» прямо называет человека, а не запечатано", "%q identifies a person and is not sealed", f.Name),
			source.Sentence("добавьте sealed: true", "add sealed: true"))
	case f.Consent != "" && f.Consent != PersonalData:
		o.Report(o.At("consent"), "L502", source.Sentence("вопросы анкеты требуют согласия personal_data, не «%s»", "questions need the consent personal_data, not %q", f.Consent),
			source.Sentence("пишите consent: personal_data или уберите ключ", "write consent: personal_data, or remove the key"))
	}
}

func (l *loader) readSegments() {
	n := l.parse(segmentsFile)
	if n == nil {
		return
	}
	for _, e := range atMost(l, MaxSegments, n.AsMap(&l.problems), n.Pos, source.Sentence("групп", "segments")) {
		if l.named(e.Key) {
			l.segments = append(l.segments, e)
		}
	}
}

var goodName = regexp.MustCompile(`^[\p{L}_][\p{L}\p{M}\d_]*$`)

// named says whether key may name a thing of ours.
func (l *loader) named(key *source.Node) bool {
	if goodName.MatchString(key.Text) && utf8.RuneCountInString(key.Text) <= MaxName {
		return true
	}
	l.report(key.Pos, "L123", source.Sentence("имя «%s» не подходит", "the name %q does not do", shorten(key.Text)),
		source.Sentence("имя - буквы, цифры и _, сначала буква, не длиннее %d знаков", "a name is letters, digits and _, a letter first, at most %d characters", MaxName))
	return false
}

func shorten(s string) string {
	if r := []rune(s); len(r) > MaxName {
		s = string(r[:MaxName]) + "…"
	}
	return strings.ReplaceAll(s, "\n", " ")
}
