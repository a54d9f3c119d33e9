package runner_test

import (
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/service"
	"besedka/dialogs/actions"
)

const asksService = `
flow: talk
start: { any: true }
listen: [{ words: [стоп], go: bye }]
steps:
  look:
    say: "Смотрю."
    call: service.loyalty
    with: { where: channel }
    go: { ok: told, failed: sorry }
  told: { say: "У вас {points}.", go: bye }
  sorry: { say: "Не дозвонились.", go: bye }
  bye: { say: "Пока.", end: true }
`

// partner is a service on loopback and a house that asks it.
func partner(t *testing.T, answer http.HandlerFunc) (*house, *service.Service) {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	files := fstest.MapFS{}
	maps.Copy(files, folder)
	files["flows/talk.yaml"] = &fstest.MapFile{Data: []byte(asksService)}
	files["services.yaml"] = &fstest.MapFile{Data: []byte("services:\n  loyalty:\n    get: " + server.URL + "/{where}\n    private: true\n    send: { where: text }\n    outcomes: { ok: 200 }\n    take: { points: points }\n")}
	h := openProgramme(t, files, actions.Set{})
	return h, service.New(service.Config{
		DB: h.db, Keys: h.Keys, Door: h.door, Private: []string{strings.TrimPrefix(server.URL, "http://")}, Wake: func() {}, Log: slog.New(slog.DiscardHandler),
	})
}

func (h *house) ask(s *service.Service) {
	h.Helper()
	for worked := true; worked; {
		var err error
		if worked, _, err = s.Step(h.Context(), noon); err != nil {
			h.Fatal(err)
		}
	}
}

// A turn writes down what it asks, the service is asked outside of it, and the
// answer goes on with the talk.
func TestServiceAnswersTheTalk(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	h, s := partner(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"points": 64.22}`) //nolint:errcheck // a test
	})
	h.hear("anna", "привет")
	h.settle(noon)
	if got := h.count(`select count(*) from service_call where holder is null`); got != 1 || asked.Load() != 0 {
		t.Fatalf("%d requests are written down, %d were asked in the turn", got, asked.Load())
	}
	h.ask(s)
	h.settle(noon)
	h.ask(s)
	h.settle(noon)
	want := map[string][]string{"anna": {"Смотрю.", "У вас 64,22.\n\nПока."}}
	if diff := cmp.Diff(want, h.said()); diff != "" || asked.Load() != 1 {
		t.Errorf("asked %d times; said (-want +got):\n%s", asked.Load(), diff)
	}
}

// An answer that comes when the shopper has gone on says nothing.
func TestLateServiceAnswerIsHeardByNobody(t *testing.T) {
	t.Parallel()
	h, s := partner(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"points": 1}`) //nolint:errcheck // a test
	})
	h.hear("anna", "привет", "стоп")
	h.settle(noon)
	h.ask(s)
	h.settle(noon.Add(time.Second))
	want := map[string][]string{"anna": {"Смотрю.", "Пока."}}
	if diff := cmp.Diff(want, h.said()); diff != "" || h.count(`select count(*) from inbox_open`) != 0 {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}
