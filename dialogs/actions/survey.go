package actions

import (
	"context"
	"errors"
	"strings"

	"besedka/core/expr"
	"besedka/core/survey"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/storage"
)

// Surveys begins and finishes what flows make of surveys; the answers between are
// effects of turns.
type Surveys struct {
	Surveys *survey.Service
}

// Add puts the calls of surveys into s.
func (a Surveys) Add(s Set) {
	s[flows.SurveyBegin], s[flows.SurveyFinish] = Shared(a.begin), Shared(a.finish)
}

// begin finds whose response it is, and where to go on in it.
func (a Surveys) begin(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	member, err := a.meant(ctx, tx, c)
	if errors.Is(err, survey.ErrLink) {
		return plain(flows.SurveyExpired), nil
	}
	if err != nil {
		return dialogs.CallResult{}, err
	}
	begun, err := survey.BeginTx(ctx, tx, survey.Begin{
		Survey: c.Survey.ID, Member: member, Behalf: member != c.Who.Member, Subject: c.Who.ID, Channel: string(c.Channel), Segments: c.Segments, At: c.Now,
	})
	if err != nil {
		return dialogs.CallResult{}, err
	}
	v := told(c.Survey, begun)
	if member != c.Who.Member {
		v[flows.BehalfName] = expr.CountOf(member)
	}
	switch {
	case begun.Done:
		return plain(flows.SurveyDone), nil
	case v[flows.FromName].Text() == c.Survey.Questions[0].ID:
		delete(v, flows.FromName)
		return values(flows.SurveyNew, v), nil
	}
	return values(flows.SurveyAgain, v), nil
}

// meant is whose response it is: the member's whose link was opened, else that of
// who is here.
func (a Surveys) meant(ctx context.Context, tx storage.Tx, c Call) (int64, error) {
	if c.Input.Chat != nil {
		if link, ok := strings.CutPrefix(c.Input.Chat.Start, c.Survey.LinkPrefix()); ok {
			return a.Surveys.MeantTx(ctx, tx, c.Now, c.Survey.ID, link)
		}
	}
	return c.Who.Member, nil
}

// told are the variables that answers of before make: those that the survey looks
// at, and where to go on. What is no answer to the question any more is not known.
func told(s *flows.Survey, begun survey.Begun) map[string]expr.Value {
	names := make([]string, len(s.Questions))
	v := map[string]expr.Value{}
	for i, q := range s.Questions {
		names[i] = q.ID
		given, ok := begun.Answers[q.ID]
		if !q.Keep || !ok || len(given) == 0 {
			continue
		}
		if value, ok := q.Parse(given); ok {
			v[q.ID] = value
		}
	}
	v[flows.FromName] = expr.TextOf(flows.FinishStep)
	if next := begun.Next(names); next != "" {
		v[flows.FromName] = expr.TextOf(next)
	}
	return v
}

func (a Surveys) finish(ctx context.Context, tx storage.Tx, c Call) (dialogs.CallResult, error) {
	linked := c.Behalf != 0
	f := survey.Finish{Survey: c.Survey.ID, Member: c.Who.Member, Subject: c.Who.ID, At: c.Now, Reward: survey.Reward{
		Points: c.Survey.Reward.Points, TTL: c.Survey.Reward.TTL, Why: c.Survey.Title[c.Lang],
	}}
	if linked {
		f.Member = c.Behalf
	}
	outcome, err := a.Surveys.FinishTx(ctx, tx, f)
	if err != nil {
		return dialogs.CallResult{}, err
	}
	points := map[string]expr.Value{flows.PointsName: expr.PointsOf(f.Reward.Points)}
	switch {
	case outcome == survey.Already:
		return plain(flows.SurveyDone), nil
	case outcome == survey.Thanks:
		return plain(flows.SurveyThanks), nil
	case linked: // whether the member is registered is nobody else's business
		return values(flows.SurveyLinked, points), nil
	case outcome == survey.Held:
		return values(flows.SurveyHeld, points), nil
	}
	return values(flows.SurveyRewarded, points), nil
}
