package flows

import (
	"math/big"
	"path"
	"strings"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/expr"
	"besedka/core/source"
)

// surveyFile says which survey a file holds: surveys/<id>.yaml but not its tests.
func surveyFile(name string) (id string, ok bool) {
	if path.Dir(name) != "surveys" || strings.HasSuffix(name, ".test.yaml") {
		return "", false
	}
	return strings.CutSuffix(path.Base(name), ".yaml")
}

// textsOf names the file of translations of a file. A flow and a survey may have
// one name, so a survey's is called as its flow: locales/en/survey.breakfast.yaml.
func textsOf(file string) string {
	if path.Dir(file) == "surveys" {
		return SurveyPrefix + path.Base(file)
	}
	return path.Base(file)
}

// readSurvey makes a flow of a survey: it begins, asks, finishes and thanks.
func (l *loader) readSurvey(file, id string) {
	n := l.parse(file)
	if n == nil {
		l.broken[textsOf(file)] = true
		return
	}
	o := source.Fields(n, &l.problems)
	o.Require("survey", "title", "questions")
	if name := o.Text("survey"); name != id && name != "" || !goodName.MatchString(id) {
		o.Report(o.At("survey"), "L123", source.Sentence("опрос «%s» лежит в файле «%s.yaml»", "survey %q lies in file %q", name, id),
			source.Sentence("назовите их одинаково: буквы, цифры и _", "give both one name: letters, digits and _"))
	}
	reward := o.Object("reward")
	v := &Survey{ID: id, Title: l.words(o.Node("title"), file, "title"), Reward: l.readReward(reward)}
	if !o.Has("progress") || o.Bool("progress") {
		v.Counter = l.inEvery("%d из %d", "%d of %d", "%d / %d")
	}
	f := &Flow{Pos: n.Pos, ID: SurveyPrefix + id, Survey: v, index: map[string]int{}, vars: map[string]expr.Kind{}}
	l.readTalk(f, o)
	f.Start.Links = append(f.Start.Links, v.LinkPrefix()+"*")
	l.surveySteps(f, o, reward)
	reward.Done()
	o.Done()
	l.translateFlow(f)
	l.p.Flows[f.ID] = f
}

// surveySteps lays out the steps of a survey. Those that are not questions have
// words of their own, which the file may change.
func (l *loader) surveySteps(f *Flow, o, reward *source.Object) {
	at := f.Pos
	begin := &Step{Pos: at, ID: "begin", Call: SurveyBegin, Go: &Branch{Pos: at, Go: "questions"}, Cases: map[string]*Branch{
		SurveyAgain:   {Pos: at, Say: l.ours(o.Node("again"), at, "again", againWords), Go: "questions"},
		SurveyDone:    {Pos: at, Go: "done"},
		SurveyExpired: {Pos: at, Say: l.ours(nil, at, "expired", expiredWords), End: true},
	}}
	f.add(begin)
	if o.Has("intro") {
		f.add(&Step{Pos: o.At("intro"), ID: "intro", Say: l.readText(o.Node("intro"), "intro")})
		begin.Go.Go = "intro"
	}
	l.readSurveyQuestions(f, o)
	finish := &Step{Pos: at, ID: FinishStep, Call: SurveyFinish, Go: &Branch{Pos: at, Go: "thanks"}, Cases: map[string]*Branch{SurveyDone: {Pos: at, Go: "done"}}}
	say, held := l.ours(reward.Node("say"), at, "reward.say", rewardedWords), l.ours(reward.Node("held"), at, "reward.held", heldWords)
	if f.Survey.Reward.Points > 0 {
		finish.Cases[SurveyRewarded] = &Branch{Pos: at, Say: say, Go: "thanks"}
		finish.Cases[SurveyHeld] = &Branch{Pos: at, Say: held, Go: "thanks"}
		finish.Cases[SurveyLinked] = &Branch{Pos: at, Say: l.ours(nil, at, "reward.linked", linkedWords), Go: "thanks"}
	}
	f.add(finish)
	f.add(&Step{Pos: at, ID: "thanks", Say: l.ours(o.Node("thanks"), at, "thanks", thanksWords), Go: &Branch{Pos: at, End: true}})
	f.add(&Step{Pos: at, ID: "done", Say: l.ours(o.Node("done"), at, "done", doneWords), Go: &Branch{Pos: at, End: true}})
	f.aim()
}

// add makes s the last step of the flow.
func (f *Flow) add(s *Step) {
	if s.where == nil {
		s.where = map[string]source.Pos{"call": s.Pos, "go": s.Pos}
	}
	f.index[s.ID] = len(f.Steps)
	f.Steps = append(f.Steps, s)
}

// aim turns the ways that lead to the questions, or to a matrix, to the first
// question that is meant.
func (f *Flow) aim() {
	first := map[string]string{"questions": FinishStep}
	for i, q := range f.Survey.Questions {
		if i == 0 {
			first["questions"] = q.ID
		}
		if q.Of != "" && first[q.Of] == "" {
			first[q.Of] = q.ID
		}
	}
	for _, s := range f.Steps {
		s.branches(func(_ string, b *Branch) {
			if to := first[b.Go]; to != "" {
				b.Go = to
			}
		})
	}
}

// Names that a survey uses itself, so that no question may have them.
var surveyNames = map[string]bool{
	"begin": true, "questions": true, "intro": true, FinishStep: true, "thanks": true, "done": true, "again": true, "reward": true, "title": true,
	"profile": true, "segment": true, "consent": true, "link": true, FromName: true, BehalfName: true, PointsName: true, PayloadName: true, AnswerName: true, ReasonName: true, InterruptingName: true,
}

// What a survey says when its file says nothing: in Russian, in English, and in
// any other language.
var (
	againWords    = [3]string{"Продолжим с того места, где остановились.", "Let us go on where we stopped.", "…"}
	doneWords     = [3]string{"Вы уже ответили на этот опрос, спасибо!", "You have answered this survey already, thank you!", "✓"}
	thanksWords   = [3]string{"Спасибо за ответы!", "Thank you for your answers!", "✓"}
	expiredWords  = [3]string{"Эта ссылка больше не действует.", "This link is no longer good.", "✗"}
	rewardedWords = [3]string{"+{points} {points|бонус|бонуса|бонусов} за ответы.", "+{points} {points|bonus|bonuses} for your answers.", "+{points}"}
	heldWords     = [3]string{"За ответы — {points} {points|бонус|бонуса|бонусов}: придут сразу после регистрации.", "{points} {points|bonus|bonuses} for your answers: as soon as you have registered.", "{points}"}
	linkedWords   = [3]string{"{points} {points|бонус|бонуса|бонусов} за ответы получит тот, кому пришла ссылка.", "{points} {points|bonus|bonuses} for the answers go to whoever was sent the link.", "{points}"}
)

// ours is the text at n, or our own when there is none.
func (l *loader) ours(n *source.Node, at source.Pos, slot string, words [3]string) *Text {
	if n != nil {
		return l.readText(n, slot)
	}
	t := &Text{Pos: at, Slot: slot, ours: true, Cases: []*Case{{Pos: at, Lines: map[string][]*Line{}}}}
	for lang, text := range l.inEvery(words[0], words[1], words[2]) {
		t.Cases[0].Lines[lang] = []*Line{ourLine(text, at)}
	}
	return t
}

// inEvery is a text of our own in the languages of the programme.
func (l *loader) inEvery(ru, en, other string) Words {
	w := l.everyLanguage(other)
	for lang, text := range map[string]string{"ru": ru, "en": en} {
		if _, ok := w[lang]; ok {
			w[lang] = text
		}
	}
	return w
}

// maxReward bounds what a survey gives, in minor units: a slip of the pen must
// not be a fortune.
const maxReward = 100_000_00

var hundredth = big.NewRat(100, 1)

func (l *loader) readReward(o *source.Object) Reward {
	if !o.Has("bonus") && !o.Has("ttl") && !o.Has("say") && !o.Has("held") {
		return Reward{}
	}
	o.Require("bonus")
	r := Reward{TTL: o.Text("ttl")}
	if bonus := o.Decimal("bonus"); bonus != nil {
		minor := new(big.Rat).Mul(bonus, hundredth)
		if !minor.IsInt() || minor.Sign() <= 0 || minor.Cmp(big.NewRat(maxReward, 1)) > 0 {
			l.report(o.At("bonus"), "L124", source.Sentence("награда не подходит", "the reward does not do"), source.Sentence("пишите, сколько бонусов: 20 или 0.50, не больше %d", "write how many bonuses: 20 or 0.50, at most %d", maxReward/100))
		} else {
			r.Points = minor.Num().Int64()
		}
	}
	if _, ok := rules.Expiry(r.TTL, time.Time{}, time.UTC); !ok && o.Has("ttl") {
		l.report(o.At("ttl"), "L604", source.Sentence("срок «%s» не читается", "the lifetime %q cannot be read", shorten(r.TTL)), source.Sentence("пишите P90D, P6M или P1Y", "write P90D, P6M or P1Y"))
	}
	return r
}
