package gateway

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
	"besedka/core/conversation"
)

// photographs lets the person send a photo and the bot take it.
func photographs(t *testing.T, h *house, a fake.Act) {
	t.Helper()
	a.From = max(a.From, 1)
	if _, err := h.fake.Do(a); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- h.bot.Run(ctx, Sink(h.conv, chat.Telegram, func() time.Time { return noon })) }()
	if err := h.fake.AwaitConfirmed(ctx); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func keepAll(_ context.Context, _ conversation.Fetch, data []byte) (chat.Photo, error) {
	return chat.Photo{Blob: "blob", Codes: []string{string(data)}}, nil
}

func noNotice(context.Context, time.Time, conversation.Fetch) error { return nil }

// inboxStates counts inbox rows that are not done by state.
func inboxStates(t *testing.T, h *house) map[string]int {
	t.Helper()
	rows, err := h.db.Query(t.Context(), `select state, count(*)::int from inbox_open group by state`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	states := map[string]int{}
	for rows.Next() {
		var state string
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			t.Fatal(err)
		}
		states[state] = n
	}
	return states
}

func TestFetchBringsPhotoBeforeTurn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	photographs(t, h, fake.Act{Photo: []byte("t=20261122T1200"), Text: "мой чек"})
	var kept []conversation.Fetch
	f := NewFetch(h.conv, h.bot, Hands{
		Keep: func(ctx context.Context, p conversation.Fetch, data []byte) (chat.Photo, error) {
			kept = append(kept, p)
			return keepAll(ctx, p, data)
		},
		Notice: noNotice,
	}, slog.New(slog.DiscardHandler))
	if diff := cmp.Diff(map[string]int{"fetching": 1}, inboxStates(t, h)); diff != "" {
		t.Errorf("before (-want +got):\n%s", diff)
	}
	mustStep(t, f.Step, noon)
	if diff := cmp.Diff(map[string]int{"ready": 1}, inboxStates(t, h)); diff != "" {
		t.Errorf("after (-want +got):\n%s", diff)
	}
	if len(kept) != 1 || kept[0].In.Text != "мой чек" || !kept[0].ReceivedAt.Equal(noon) {
		t.Errorf("kept %+v, want the one photo with its caption and hour", kept)
	}
}

// TestFetchGivesUp: what cannot be had does not hold the conversation up for
// ever.
func TestFetchGivesUp(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		act   fake.Act
		fault fake.Fault
		keep  error
		steps int // until the row is ready
	}{
		{"too_big", fake.Act{Photo: make([]byte, 20<<20+1)}, fake.Fault{}, nil, 1},
		{"gone", fake.Act{Message: []byte(`{"photo":[{"file_id":"no such"}]}`)}, fake.Fault{}, nil, 1},
		{"outage_passes", fake.Act{Photo: []byte("x")}, fake.Fault{Kind: fake.Outage, Method: "getFile", Times: 2}, nil, 3},
		{"outage_stays", fake.Act{Photo: []byte("x")}, fake.Fault{Kind: fake.Outage, Method: "getFile"}, nil, fetchAttempts},
		{"proxy_unwell_passes", fake.Act{Photo: []byte("x")}, fake.Fault{Kind: fake.BadGateway, Method: "getFile", Times: 2}, nil, 3},
		{"misplaced_passes", fake.Act{Photo: []byte("x")}, fake.Fault{Kind: fake.Misplace, Method: "getFile", Times: 2}, nil, 3},
		{"store_fails", fake.Act{Photo: []byte("x")}, fake.Fault{}, errors.New("disk full"), fetchAttempts},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			photographs(t, h, tt.act)
			if tt.fault.Kind != "" {
				h.fake.Spoil(tt.fault)
			}
			f := NewFetch(h.conv, h.bot, Hands{
				Keep: func(ctx context.Context, p conversation.Fetch, data []byte) (chat.Photo, error) {
					photo, _ := keepAll(ctx, p, data)
					return photo, tt.keep
				},
				Notice: noNotice,
			}, slog.New(slog.DiscardHandler))
			now, steps := noon, 0
			for inboxStates(t, h)["ready"] == 0 && steps <= tt.steps {
				worked, next := mustStep(t, f.Step, now)
				if worked {
					steps++
				} else {
					now = next
				}
			}
			if steps != tt.steps {
				t.Errorf("ready after %d attempts, want %d", steps, tt.steps)
			}
		})
	}
}

// TestPhotoOfNobodysChannel: where no adapter serves its channel any more, a
// photo is given up as one that cannot be had.
func TestPhotoOfNobodysChannel(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	photographs(t, h, fake.Act{Photo: []byte("x")})
	var log bytes.Buffer
	f := NewFetchOthers(h.conv, nil, Hands{Keep: keepAll, Notice: noNotice}, slog.New(slog.NewTextHandler(&log, nil)))
	now := noon
	for range 2 * fetchAttempts {
		if worked, next := mustStep(t, f.Step, now); !worked {
			now = next
		}
	}
	if diff := cmp.Diff(map[string]int{"ready": 1}, inboxStates(t, h)); diff != "" {
		t.Errorf("after (-want +got):\n%s", diff)
	}
	if want := "trouble=" + chat.Unreachable; !strings.Contains(log.String(), want) {
		t.Errorf("log lacks %q:\n%s", want, log.String())
	}
}

func TestFetchGivesNotice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	photographs(t, h, fake.Act{Photo: []byte("x")})
	told := make(chan int64, 1)
	f := NewFetch(h.conv, h.bot, Hands{
		Keep: func(ctx context.Context, p conversation.Fetch, data []byte) (chat.Photo, error) {
			<-told // the photo takes as long as it takes to be told
			return keepAll(ctx, p, data)
		},
		Notice: func(_ context.Context, _ time.Time, p conversation.Fetch) error {
			told <- p.Inbox
			return nil
		},
	}, slog.New(slog.DiscardHandler))
	f.patience = 0
	mustStep(t, f.Step, noon)
	if diff := cmp.Diff(map[string]int{"ready": 1}, inboxStates(t, h)); diff != "" {
		t.Errorf("after (-want +got):\n%s", diff)
	}
}

// TestFetchGivesUpWhatKillsIt: a photo whose every attempt ended with its
// process is not tried for ever.
func TestFetchGivesUpWhatKillsIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	photographs(t, h, fake.Act{Photo: []byte("x")})
	if _, err := h.db.Exec(t.Context(), `update inbox_open set attempts = $1`, fetchAttempts); err != nil {
		t.Fatal(err)
	}
	f := NewFetch(h.conv, h.bot, Hands{
		Keep: func(context.Context, conversation.Fetch, []byte) (chat.Photo, error) {
			t.Error("it is opened once more")
			return chat.Photo{}, nil
		},
		Notice: noNotice,
	}, slog.New(slog.DiscardHandler))
	mustStep(t, f.Step, noon)
	if diff := cmp.Diff(map[string]int{"ready": 1}, inboxStates(t, h)); diff != "" {
		t.Errorf("after (-want +got):\n%s", diff)
	}
}

// TestSlowPhotoHoldsUpNobody: while one is in hand, another Step brings what came
// since.
func TestSlowPhotoHoldsUpNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	photographs(t, h, fake.Act{Photo: []byte("slow")})
	inHand, let := make(chan struct{}), make(chan struct{})
	f := NewFetch(h.conv, h.bot, Hands{
		Keep: func(ctx context.Context, p conversation.Fetch, data []byte) (chat.Photo, error) {
			if string(data) == "slow" {
				close(inHand)
				<-let
			}
			return keepAll(ctx, p, data)
		},
		Notice: noNotice,
	}, slog.New(slog.DiscardHandler))
	done := make(chan error, 1)
	go func() {
		_, _, err := f.Step(t.Context(), noon)
		done <- err
	}()
	<-inHand
	photographs(t, h, fake.Act{Photo: []byte("quick"), From: 2})
	mustStep(t, f.Step, noon)
	if diff := cmp.Diff(map[string]int{"fetching": 1, "ready": 1}, inboxStates(t, h)); diff != "" {
		t.Errorf("while the slow one is in hand (-want +got):\n%s", diff)
	}
	close(let)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
