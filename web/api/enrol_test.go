package api

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"besedka/core/staff"
	"besedka/flows"
	"besedka/storage"
)

// A registrar takes in somebody not yet known, on paper: one member and one record
// of what was signed, however many registrars do it at once.
func TestRegistrarTakesSomebodyIn(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.programme.Consents = map[string]*flows.Document{"personal_data": {Version: "v2"}, "advertising": {Version: "a1"}}
	const qr = "t=20261122T1400&s=1284.50&fn=7380440800512345&i=%d&fp=2719364810&n=1"
	register := func(key, who string, fd int) (int, map[string]any) {
		return d.ask("POST", "/receipts", d.tokens[staff.Registrar], key, fmt.Sprintf(`{%s, "qr": %q}`, who, fmt.Sprintf(qr, fd)))
	}
	const newcomer = `"phone": "+79160000001"`
	for who, want := range map[string]struct {
		status int
		said   string
	}{
		newcomer: {http.StatusNotFound, ""},
		newcomer + `, "consents": {"advertising": "a1"}`:                           {http.StatusBadRequest, "personal_data"},
		newcomer + `, "consents": {"personal_data": "v1"}`:                         {http.StatusBadRequest, "v2"},
		newcomer + `, "consents": {"personal_data": "v2", "rules": "r"}`:           {http.StatusBadRequest, `no document "rules"`},
		`"phone": "soon", "consents": {"personal_data": "v2"}`:                     {http.StatusBadRequest, "phone"},
		fmt.Sprintf(`"member": %d, "consents": {"personal_data": "v2"}`, d.member): {http.StatusBadRequest, "by phone"},
	} {
		status, answer := register("bad", who, 1)
		if said := fmt.Sprint(answer["detail"]); status != want.status || !strings.Contains(said, want.said) {
			t.Errorf("%s: %d %v, want %d that says %q", who, status, answer, want.status, want.said)
		}
	}
	var all sync.WaitGroup
	answers := make([]map[string]any, 4)
	for i := range answers {
		all.Go(func() {
			_, answers[i] = register(fmt.Sprint("new", i), newcomer+`, "consents": {"personal_data": "v2", "advertising": "a1"}`, 100+i)
		})
	}
	all.Wait()
	made := 0
	for _, a := range answers {
		if a["outcome"] != "taken" || a["member"] != answers[0]["member"] {
			t.Errorf("%v and %v", answers[0], a)
		}
		if a["created"] == true {
			made++
		}
	}
	if made != 1 {
		t.Errorf("%d members were made of one number", made)
	}
	status, later := register("later", newcomer, 200)
	if status != http.StatusOK || later["member"] != answers[0]["member"] || later["created"] == true {
		t.Errorf("known by now: %d %v", status, later)
	}
	signed, err := storage.Value[int](t.Context(), d.db, `select count(*) from consent c join staff s on s.id = c.staff_id
		where c.channel = 'desk' and c.granted and s.name = 'registrar' and c.at = $1 and c.member_id = $2`, now, int64(answers[0]["member"].(float64)))
	if err != nil || signed != 2 {
		t.Errorf("%d consents on paper, %v, want two", signed, err)
	}
	agreed, err := storage.Value[[]string](t.Context(), d.db, `select array(select unnest(consents) order by 1) from member where id = $1`, int64(answers[0]["member"].(float64)))
	if err != nil || fmt.Sprint(agreed) != "[advertising personal_data]" {
		t.Errorf("they agree to %v, %v", agreed, err)
	}
	if status, _ := d.ask("POST", "/receipts", d.tokens[staff.Operator], "op", fmt.Sprintf(`{%s, "consents": {"personal_data": "v2"}, "qr": "x"}`, newcomer)); status != http.StatusForbidden {
		t.Errorf("an operator takes somebody in: %d", status)
	}
}
