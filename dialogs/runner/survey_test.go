package runner_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/survey"
	"besedka/dialogs/actions"
	"besedka/storage"
)

const tea = `
survey: tea
title: "О чае"
start: { words: [чай] }
reward: { bonus: 20 }
questions:
  often: { type: single, ask: "Часто?", options: { daily: "Да", never: "Нет" } }
  why: { type: text, ask: "Почему?", when: often == "never" }
  like: { type: nps, ask: "Посоветуете?" }
`

// TestSurvey plays a survey on the database: answers stay with the response, those
// in words sealed, and the last one is in the transaction that completes it.
func TestSurvey(t *testing.T) {
	t.Parallel()
	files := maps.Clone(folder)
	files["surveys/tea.yaml"] = &fstest.MapFile{Data: []byte(tea)}
	surveys := &survey.Service{Zone: func() *time.Location { return time.UTC }}
	set := actions.Set{}
	actions.Surveys{Surveys: surveys}.Add(set)
	h := openProgramme(t, files, set)
	for _, text := range []string{"чай", "нет", "не люблю", "10", "Чай!"} {
		h.hear("anna", text)
		h.settle(noon)
	}
	if said := h.said()["anna"]; !strings.Contains(said[len(said)-1], "уже ответили") {
		t.Errorf("it begins again: %q", said)
	}
	type row struct {
		Question string   `db:"question"`
		Given    []string `db:"given"`
		Written  []byte   `db:"written"`
	}
	rows, err := storage.Collect[row](t.Context(), h.db, `select question, given, written from survey_answer order by at, question`)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, r := range rows {
		if got[r.Question] = r.Given; r.Written != nil {
			got[r.Question] = []string{"sealed"}
		}
	}
	if len(got) != 3 || got["often"][0] != "never" || got["why"][0] != "sealed" || got["like"][0] != "10" {
		t.Errorf("kept: %v", got)
	}
	if n := h.count(`select count(*) from survey_response where completed_at is not null and reward = 2000 and rewarded_at is null`); n != 1 {
		t.Errorf("%d completed responses wait for the registration, want 1", n)
	}
	who := h.count(`select id from member`)
	err = h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		if _, err := member.New(h.db, h.Keys, nil).RegisterTx(ctx, tx, noon, who); err != nil {
			return err
		}
		return surveys.RewardTx(ctx, tx, noon, who)
	})
	if b, balanceErr := ledger.BalanceOf(t.Context(), h.db, noon, who, ledger.Bonus); err != nil || balanceErr != nil || b.Points != 2000 {
		t.Errorf("balance %+v, %v, %v", b, err, balanceErr)
	}
}

// TestBackInASurvey: a question that was gone back to is asked again when the
// survey is begun again, so that nobody completes it with holes.
func TestBackInASurvey(t *testing.T) {
	t.Parallel()
	files := maps.Clone(edited("programme.yaml", `defaults: { retry: ["Не поняла."] }`, `defaults: { retry: ["Не поняла."], back: [назад] }`))
	files["surveys/tea.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(tea, "  why:", `  cups: { type: number, ask: "Чашек?", range: 0..9 }`+"\n  why:", 1))}
	set := actions.Set{}
	actions.Surveys{Surveys: &survey.Service{Zone: func() *time.Location { return time.UTC }}}.Add(set)
	h := openProgramme(t, files, set)
	for _, text := range []string{"чай", "да", "3", "назад", "Назад!", "Чай!", "10"} {
		h.hear("anna", text)
		h.settle(noon)
	}
	if n := h.count(`select count(*) from survey_response where completed_at is null`); n != 1 {
		t.Errorf("completed without answers: %q", h.said()["anna"])
	}
	for _, text := range []string{"Да", "4", "9"} {
		h.hear("anna", text)
		h.settle(noon)
	}
	if n := h.count(`select count(*) from survey_answer a join survey_response r on r.id = a.response_id where r.completed_at is not null and not a.passed`); n != 3 {
		t.Errorf("%d answers of a completed survey, want 3: %q", n, h.said()["anna"])
	}
	if n := h.count(`select count(*) from survey_answer where figure and question = 'cups' or not figure and question <> 'cups'`); n != 3 {
		t.Errorf("of %d answers, want 3, it is kept right whether they are numbers", n)
	}
}
