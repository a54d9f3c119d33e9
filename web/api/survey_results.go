package api

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"besedka/core/survey"
	"besedka/flows"
	"besedka/storage"
)

// surveyResults is the answer of GET /surveys/{survey}/results. Those who started
// are those who completed, who left at the start and who left behind a question.
type surveyResults struct {
	Survey    string           `json:"survey"`
	Title     string           `json:"title,omitempty"`
	Started   int64            `json:"started"`
	Completed int64            `json:"completed"`
	LeftFirst int64            `json:"leftAtStart"`
	Questions []questionResult `json:"questions"`
	By        string           `json:"by,omitempty"`
	Groups    []survey.Group   `json:"groups,omitempty"`
}

// questionResult is what was answered to one question, by all and by group.
type questionResult struct {
	ID   string `json:"id"`
	Type string `json:"type"` // of the question; gone when the programme has it no more
	Text string `json:"text,omitempty"`
	Left int64  `json:"left"` // who have not completed and answered this one last
	answers
	Groups []groupResult `json:"groups,omitempty"`
}

type groupResult struct {
	Group string `json:"group"`
	answers
}

// answers are counts of one question.
type answers struct {
	Answered int64        `json:"answered"`
	Passed   int64        `json:"passed"`
	Values   []valueCount `json:"values"`
	NPS      *nps         `json:"nps,omitempty"`
}

type valueCount struct {
	Value string `json:"value"`
	Title string `json:"title,omitempty"`
	Count int64  `json:"count"`
}

// nps counts those who would recommend us: 9 and 10, 7 and 8, 0 to 6. The score is
// the share of promoters less that of detractors, in whole points of a hundred.
type nps struct {
	Promoters  int64 `json:"promoters"`
	Passives   int64 `json:"passives"`
	Detractors int64 `json:"detractors"`
	Score      int64 `json:"score"`
}

const goneQuestion = "gone"

// showResults counts what was answered, by ?by= too.
func (a *api) showResults(c call) (any, error) {
	id, s, err := a.survey(c)
	if err != nil {
		return nil, err
	}
	by := c.r.URL.Query().Get("by")
	if err := mayCountBy(s, by); err != nil {
		return nil, err
	}
	r := resulting{base: a.Programme().Base(), survey: s, questions: map[string]*flows.Question{}}
	var names []string
	if s != nil {
		for _, q := range s.Questions {
			names, r.questions[q.ID] = append(names, q.ID), q
		}
	}
	err = a.DB.InSnapshot(c.ctx, func(ctx context.Context, tx storage.Tx) (err error) {
		if r.left, err = survey.Left(ctx, tx, id, names); err != nil {
			return err
		}
		if r.all, err = survey.Count(ctx, tx, id, survey.ByNothing); err != nil || by == "" {
			return err
		}
		r.by, err = survey.Count(ctx, tx, id, by)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case s == nil && len(r.all.Groups) == 0:
		return nil, fmt.Errorf("survey %s: %w", id, storage.ErrNotFound)
	}
	return r.results(id, by, names), nil
}

// mayCountBy wants something that splits people: a question answered in words has
// as many groups as answers.
func mayCountBy(s *flows.Survey, by string) error {
	if slices.Contains([]string{survey.ByNothing, survey.ByChannel, survey.BySegment}, by) {
		return nil
	}
	if s != nil {
		if i := s.Place(by); i >= 0 && i < len(s.Questions) && s.Questions[i].Type != flows.TextQuestion {
			return nil
		}
	}
	return invalid{"by must be channel, segment or a question of the survey that is not answered in words"}
}

// resulting puts counts and the survey's own words together.
type resulting struct {
	base      string
	survey    *flows.Survey // nil when the programme has it no more
	questions map[string]*flows.Question
	left      map[string]int64
	all, by   survey.Counts
}

func (r resulting) results(id, by string, names []string) surveyResults {
	out := surveyResults{Survey: id, LeftFirst: r.left[""], By: by, Groups: r.by.Groups, Questions: []questionResult{}}
	if r.survey != nil {
		out.Title = r.survey.Title[r.base]
	}
	for _, g := range r.all.Groups {
		out.Started, out.Completed = g.Started, g.Completed
	}
	for _, q := range r.withGone(names) {
		one := questionResult{ID: q, Type: goneQuestion, Left: r.left[q], answers: r.answers(r.all, q, "")}
		if asked := r.questions[q]; asked != nil {
			one.Type, one.Text = string(asked.Type), asked.Wording(r.base)
		}
		for _, g := range r.by.Groups {
			one.Groups = append(one.Groups, groupResult{g.Name, r.answers(r.by, q, g.Name)})
		}
		out.Questions = append(out.Questions, one)
	}
	return out
}

// withGone adds the questions that were answered before the programme lost them.
func (r resulting) withGone(names []string) []string {
	gone := map[string]bool{}
	for _, a := range r.all.Answered {
		if r.questions[a.Question] == nil {
			gone[a.Question] = true
		}
	}
	return append(slices.Clone(names), sortedKeys(gone)...)
}

func (r resulting) answers(c survey.Counts, question, group string) answers {
	out := answers{Values: []valueCount{}}
	for _, a := range c.Answered {
		if a.Question == question && a.Group == group {
			out.Answered, out.Passed = a.Answered, a.Passed
		}
	}
	counts := map[string]int64{}
	for _, v := range c.Values {
		if v.Question == question && v.Group == group {
			counts[v.Value] = v.N
		}
	}
	q := r.questions[question]
	if q != nil { // options that nobody took count too
		for _, option := range q.Options(r.base) {
			out.Values = append(out.Values, valueCount{option.Name, option.Title, counts[option.Name]})
			delete(counts, option.Name)
		}
	}
	for _, value := range slices.SortedFunc(maps.Keys(counts), byNumber) {
		out.Values = append(out.Values, valueCount{Value: value, Count: counts[value]})
	}
	if q != nil && q.Type == flows.NPSQuestion {
		out.NPS = npsOf(out.Values)
	}
	return out
}

// byNumber orders numbers as such and anything else as text.
func byNumber(a, b string) int {
	x, badX := strconv.ParseInt(a, 10, 64)
	y, badY := strconv.ParseInt(b, 10, 64)
	if badX != nil || badY != nil {
		return cmp.Compare(a, b)
	}
	return cmp.Compare(x, y)
}

// npsOf counts marks; nobody's score is 0.
func npsOf(values []valueCount) *nps {
	var n nps
	for _, v := range values {
		switch mark, err := strconv.ParseInt(v.Value, 10, 64); {
		case err != nil:
		case mark >= 9:
			n.Promoters += v.Count
		case mark >= 7:
			n.Passives += v.Count
		default:
			n.Detractors += v.Count
		}
	}
	if all := n.Promoters + n.Passives + n.Detractors; all > 0 {
		n.Score = rounded((n.Promoters-n.Detractors)*100, all)
	}
	return &n
}

// rounded is a/b to the nearest whole number, halves away from zero; b is above it.
func rounded(a, b int64) int64 {
	if a < 0 {
		return -rounded(-a, b)
	}
	return (2*a + b) / (2 * b)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
