package flows

import (
	"crypto/sha256"
	"encoding/hex"

	"besedka/core/expr"
)

// SurveyPrefix begins the name of the flow that a survey becomes.
const SurveyPrefix = "survey."

// Survey is what makes a flow a survey: what is answered in it is kept as one
// response of the member, under a name that no release changes.
type Survey struct {
	ID        string // of its file
	Title     Words
	Reward    Reward
	Counter   Words       // "%d of %d" before a question; nil when they are not counted
	Questions []*Question // in the order they are asked
}

// Reward is what a response earns, once.
type Reward struct {
	Points int64  // minor units of a bonus; 0 for no reward
	TTL    string // how long they live, such as P6M; "" for ever
}

// Question is what one step of a survey asks. A matrix asks a question a row.
type Question struct {
	ID      string // of its step, and of its answers
	Type    QuestionType
	Of      string // the matrix that it is a row of
	Row     Words  // title of the row
	Step    *Step
	Keep    bool // whether the survey looks at the answer further down
	NeedsTo int  // how many questions from the first its condition may look at

	repeats bool // a row of a matrix that is not its first
}

// QuestionType is how a question is answered.
type QuestionType string

// The types of questions.
const (
	SingleQuestion QuestionType = "single"
	MultiQuestion  QuestionType = "multi"
	ScaleQuestion  QuestionType = "scale"
	NPSQuestion    QuestionType = "nps" // 0..10: would you recommend us
	TextQuestion   QuestionType = "text"
	NumberQuestion QuestionType = "number"
	DateQuestion   QuestionType = "date"
	MatrixQuestion QuestionType = "matrix"
)

// Figure says whether the answer is a number or a day, which may be of somebody.
func (t QuestionType) Figure() bool { return t == NumberQuestion || t == DateQuestion }

// expects is what the question of each type takes for an answer.
var expects = map[QuestionType]Type{
	SingleQuestion: ChoiceType, MultiQuestion: MultiType, ScaleQuestion: ScaleType, NPSQuestion: ScaleType,
	TextQuestion: TextType, NumberQuestion: IntType, DateQuestion: DateType, MatrixQuestion: ScaleType,
}

// QuestionTypes returns the types of questions by name.
func QuestionTypes() []string {
	var names []string
	for _, t := range sorted(expects) {
		names = append(names, string(t))
	}
	return names
}

// Calls that the flow of a survey makes; no other script may.
const (
	SurveyBegin  = "survey.begin"
	SurveyFinish = "survey.finish"
)

// Variables of a survey beside its answers, and the outcomes of its calls.
const (
	FromName   = "from"   // the question to go on from
	BehalfName = "behalf" // the member whose link was opened, when it is not who answers
	PointsName = "points" // what was given for the answers, or will be

	SurveyNew      = "new"      // SurveyBegin: nothing is answered yet
	SurveyAgain    = "again"    // something is
	SurveyDone     = "done"     // everything is; SurveyFinish too, when another chat was faster
	SurveyExpired  = "expired"  // the link is no longer good
	SurveyThanks   = "thanks"   // SurveyFinish: without a reward
	SurveyRewarded = "rewarded" // with one
	SurveyHeld     = "held"     // with one that waits for the registration
	SurveyLinked   = "linked"   // with one for the member who was sent the link
)

// SurveyCalls is what a Vocabulary says of the calls of surveys.
func SurveyCalls() map[string]Call {
	return map[string]Call{
		SurveyBegin: {
			Outcomes: []string{SurveyNew, SurveyAgain, SurveyDone, SurveyExpired},
			Values:   map[string]expr.Kind{FromName: expr.Text, BehalfName: expr.Count},
		},
		SurveyFinish: {
			Outcomes: []string{SurveyThanks, SurveyRewarded, SurveyHeld, SurveyLinked, SurveyDone},
			Values:   map[string]expr.Kind{PointsName: expr.Points},
		},
	}
}

// PassOption passes over a question that needs no answer.
const PassOption = "_skip"

// LinkPrefix begins the payload of links that open the survey. The name of a
// survey may be longer than links carry, so a digest stands for it.
func (s *Survey) LinkPrefix() string { return LinkPrefixOf(s.ID) }

// LinkPrefixOf is Survey.LinkPrefix for the survey of that name.
func LinkPrefixOf(id string) string {
	sum := sha256.Sum256([]byte(id))
	return "sv_" + hex.EncodeToString(sum[:4]) + "_"
}

// Surveys returns the programme's surveys by name.
func (p *Programme) Surveys() map[string]*Survey {
	found := map[string]*Survey{}
	for _, f := range p.Flows {
		if f.Survey != nil {
			found[f.Survey.ID] = f.Survey
		}
	}
	return found
}

// FinishStep is behind the last question.
const FinishStep = "finish"

// Place is where a question stands among the others, -1 when it does not.
func (s *Survey) Place(question string) int {
	if question == FinishStep {
		return len(s.Questions)
	}
	for i, q := range s.Questions {
		if q.ID == question {
			return i
		}
	}
	return -1
}

// Parse reads an answer as it is kept: options, a number or a day. One that is of
// another type than the question has by now is none.
func (q *Question) Parse(given []string) (expr.Value, bool) {
	kind := kinds[q.Step.Expect.Type]
	switch {
	case kind == expr.Texts:
		return expr.TextsOf(given), true
	case len(given) != 1:
		return expr.Value{}, false
	}
	v, err := expr.ParseValue(kind, given[0])
	return v, err == nil
}

// Wording is the question as it is written first, with the row of a matrix.
func (q *Question) Wording(lang string) string {
	text := q.Step.Ask.Cases[0].Lines[lang][0].node.Text
	if q.Row != nil {
		text += " — " + q.Row[lang]
	}
	return text
}

// Options are the answers of a choice and their titles.
func (q *Question) Options(lang string) []Named {
	var list []Named
	for _, b := range q.Step.Buttons {
		if b.ID != PassOption && b.ID != DoneOption {
			list = append(list, Named{b.ID, b.Title[lang]})
		}
	}
	return list
}

// Named is a name and what it is called.
type Named struct{ Name, Title string }
