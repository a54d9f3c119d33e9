package api

import (
	"errors"
	"net/http"

	"besedka/dialogs"
	"besedka/web/problem"
)

// shownTarget is a question that a conversation can be given back to, and what keeps the bot
// from asking it.
type shownTarget struct {
	Step    string   `json:"step"`
	Unset   []string `json:"unset,omitempty"`
	Consent string   `json:"consent,omitempty"`
}

func (a *api) listTargets(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	all, err := a.Targets(c.ctx, c.now, id)
	shown := make([]shownTarget, 0, len(all))
	for _, g := range all {
		shown = append(shown, shownTarget{g.Name(), g.Unset, g.Consent})
	}
	return map[string][]shownTarget{"steps": shown}, err
}

// illegalTarget refuses a step that the bot cannot ask.
type illegalTarget struct{ dialogs.Target }

func (e illegalTarget) Error() string { return "the bot cannot ask this step of this person now" }

// mayAsk says whether a conversation can be given back to a step, as flow/step; "" is none.
func (a *api) mayAsk(c call, id int64, step string) error {
	if step == "" {
		return nil
	}
	all, err := a.Targets(c.ctx, c.now, id)
	if err != nil {
		return err
	}
	for _, g := range all {
		if g.Name() != step {
			continue
		}
		if !g.Legal() {
			return illegalTarget{g}
		}
		return nil
	}
	return invalid{"step must be one of GET /conversations/{id}/steps"}
}

// targetProblem says what keeps a step from being asked.
type targetProblem struct {
	problem.Details
	Unset   []string `json:"unset,omitempty"`
	Consent string   `json:"consent,omitempty"`
}

func refuseTarget(w http.ResponseWriter, err error) bool {
	e, ok := errors.AsType[illegalTarget](err)
	if ok {
		problem.Send(w, http.StatusConflict, targetProblem{problem.New(http.StatusConflict, "step_unset", e.Error()), e.Unset, e.Consent})
	}
	return ok
}
