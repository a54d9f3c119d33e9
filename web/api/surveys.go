package api

import (
	"context"
	"fmt"
	"time"

	"besedka/core/staff"
	"besedka/core/survey"
	"besedka/flows"
	"besedka/storage"
)

// surveyList is the answer of GET /surveys.
type surveyList struct {
	Surveys []surveyTotal `json:"surveys"`
}

// surveyTotal is one survey. Its title is absent when the programme has it no more.
type surveyTotal struct {
	survey.Total
	Title string `json:"title,omitempty"`
}

// listSurveys shows the surveys of the programme, and those that were answered
// once.
func (a *api) listSurveys(c call) (any, error) {
	totals, err := survey.Totals(c.ctx, a.DB)
	if err != nil {
		return nil, err
	}
	p := a.Programme()
	list, ours := surveyList{Surveys: []surveyTotal{}}, p.Surveys()
	for _, t := range totals {
		one := surveyTotal{Total: t}
		if s := ours[t.Survey]; s != nil {
			one.Title = s.Title[p.Base()]
			delete(ours, t.Survey)
		}
		list.Surveys = append(list.Surveys, one)
	}
	for _, id := range sortedKeys(ours) {
		list.Surveys = append(list.Surveys, surveyTotal{survey.Total{Survey: id}, ours[id].Title[p.Base()]})
	}
	return list, nil
}

// survey is the survey that the path names; nil with a name when the programme has
// it no more.
func (a *api) survey(c call) (id string, s *flows.Survey, err error) {
	if id = c.r.PathValue("survey"); !storable(id) {
		return "", nil, storage.ErrNotFound
	}
	return id, a.Programme().Surveys()[id], nil
}

// linkAsked is the body of POST /surveys/{survey}/links.
type linkAsked struct {
	Member int64 `json:"member"`
	Days   int   `json:"days"` // 14 when left out
}

// linkMade is its answer.
type linkMade struct {
	URL     string    `json:"url"`
	Expires time.Time `json:"expires"`
}

// How long a link to a survey is good, in days.
const (
	usualDays = 14
	mostDays  = 90
)

// makeLink signs a link by which a member's survey is answered on the web. Nothing
// is kept: the link itself says whose it is and until when.
func (a *api) makeLink(c call) (act, error) {
	id, s, err := a.survey(c)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, fmt.Errorf("survey %s: %w", id, storage.ErrNotFound)
	}
	in := linkAsked{Days: usualDays}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Days < 1 || in.Days > mostDays {
		return nil, invalid{fmt.Sprintf("days must be from 1 to %d", mostDays)}
	}
	return func(ctx context.Context, tx storage.Tx) (any, error) {
		member, err := a.Members.HoldTx(ctx, tx, in.Member)
		if err != nil {
			return nil, err
		}
		until := c.now.AddDate(0, 0, in.Days).Truncate(time.Hour)
		err = staff.AuditTx(ctx, tx, c.now, staff.Act{
			Staff: c.by.ID, Act: "surveys.link", Object: fmt.Sprintf("member/%d", member), Detail: map[string]any{"survey": id},
		})
		return linkMade{a.ChatLink(s.LinkPrefix() + a.Surveys.Sign(id, member, until)), until}, err
	}, nil
}
