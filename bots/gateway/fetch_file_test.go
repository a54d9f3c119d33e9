package gateway

import (
	"bytes"
	"cmp"
	"context"
	"log/slog"
	"testing"
	"time"

	"besedka/bots"
	fake "besedka/bots/fake/telegram"
	"besedka/core/chat"
	"besedka/core/conversation"
)

// TestFiles: a file is kept before its turn or given up for what is wrong with it, and
// none holds its conversation up for long, nor gets a notice about a photo.
func TestFiles(t *testing.T) {
	t.Parallel()
	video := func(data []byte) fake.Act {
		return fake.Act{Text: "вот", File: &fake.File{Kind: "video", Name: "a.mp4", MIME: "video/mp4", Data: data}}
	}
	for name, tt := range map[string]struct {
		act   fake.Act
		fault fake.Fault
		keep  error
		time  time.Duration // that a file may take; 0 for the usual one
		steps int
		want  chat.File
	}{
		"kept":      {act: video([]byte("mp4")), steps: 1, want: chat.File{Blob: "blob", Size: 3}},
		"too_big":   {act: video(make([]byte, 20<<20+1)), steps: 1, want: chat.File{Trouble: chat.TooBig, Size: 20<<20 + 1}},
		"not_kept":  {act: video([]byte("mp4")), keep: bots.ErrTooBig, steps: 1, want: chat.File{Trouble: chat.TooBig, Size: 3}},
		"gone":      {act: fake.Act{Message: []byte(`{"caption":"вот","video":{"file_id":"no such","file_name":"a.mp4","mime_type":"video/mp4"}}`)}, steps: 1, want: chat.File{Trouble: chat.Unreachable}},
		"slow_body": {act: video([]byte("mp4")), fault: fake.Fault{Kind: fake.Drop, Method: "download", Times: 1}, steps: 2, want: chat.File{Blob: "blob", Size: 3}},
		"outage":    {act: video([]byte("mp4")), fault: fake.Fault{Kind: fake.Outage, Method: "getFile"}, steps: fileAttempts, want: chat.File{Trouble: chat.Unreachable, Size: 3}},
		"hangs":     {act: video([]byte("mp4")), fault: fake.Fault{Kind: fake.Stall, Method: "download"}, time: 100 * time.Millisecond, steps: 1, want: chat.File{Trouble: chat.Unreachable, Size: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			photographs(t, h, tt.act)
			if tt.fault.Kind != "" {
				h.fake.Spoil(tt.fault)
			}
			f := NewFetch(h.conv, h.bot, Hands{
				KeepFile: func(_ context.Context, _ conversation.Fetch, data []byte) (string, error) {
					if !bytes.Equal(data, []byte("mp4")) {
						t.Errorf("%d bytes came", len(data))
					}
					return "blob", tt.keep
				},
				Notice: func(context.Context, time.Time, conversation.Fetch) error {
					t.Error("a file gets a notice")
					return nil
				},
			}, slog.New(slog.DiscardHandler))
			f.patience, f.fileTime = 0, cmp.Or(tt.time, f.fileTime)
			now, steps := noon, 0
			for inboxStates(t, h)["ready"] == 0 && steps <= tt.steps {
				worked, next := mustStep(t, f.Step, now)
				if worked {
					steps++
				} else {
					now = next
				}
			}
			if held := now.Sub(noon); steps != tt.steps || held > 20*time.Second {
				t.Errorf("ready after %d attempts and %s, want %d", steps, held, tt.steps)
			}
			got := h.newest(t)
			if got.File == nil || got.Text != "вот" {
				t.Fatalf("the person did %+v", got)
			}
			got.File.Remote = ""
			tt.want.Kind, tt.want.Name, tt.want.Mime = chat.Video, "a.mp4", "video/mp4"
			if *got.File != tt.want {
				t.Errorf("the file is %+v, want %+v", *got.File, tt.want)
			}
		})
	}
}

// newest is what the person did last.
func (h *house) newest(t *testing.T) chat.Inbound {
	t.Helper()
	all, _, err := h.conv.History(t.Context(), 1, conversation.Cursor{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.In != nil {
			return *e.In
		}
	}
	t.Fatalf("they did nothing: %+v", all)
	return chat.Inbound{}
}
