package telegram

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const token = "42:token"

func open(t *testing.T) (*Server, *httptest.Server) {
	t.Helper()
	s := New(token, func() time.Time { return time.Unix(1, 0) })
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return s, srv
}

// ask calls a method with JSON and returns the status and the body.
func ask(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// TestOffsets: updates stay until a later offset confirms them, and come in
// portions of limit.
func TestOffsets(t *testing.T) {
	t.Parallel()
	s, srv := open(t)
	for range 3 {
		if _, err := s.Do(Act{From: 1, Text: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		params string
		want   string
	}{
		{`{}`, "[1 2 3]"},
		{`{"limit":2}`, "[1 2]"},
		{`{"offset":3}`, "[3]"},
		{`{"offset":1}`, "[3]"},
		{`{"offset":4}`, "[]"},
	} {
		_, body := ask(t, http.MethodPost, srv.URL+"/bot"+token+"/getUpdates", step.params)
		var got struct {
			Result []struct {
				ID int `json:"update_id"`
			}
		}
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		ids := []int{}
		for _, u := range got.Result {
			ids = append(ids, u.ID)
		}
		if fmt.Sprint(ids) != step.want {
			t.Errorf("getUpdates %s gave %v, want %s", step.params, ids, step.want)
		}
	}
}

// TestAlbum is an update a photo, of one group; the first one has the caption.
func TestAlbum(t *testing.T) {
	t.Parallel()
	s, srv := open(t)
	for range 2 {
		if _, err := s.Do(Act{From: 1, Text: "вот", Album: [][]byte{{1}, {2}}}); err != nil {
			t.Fatal(err)
		}
	}
	_, body := ask(t, http.MethodPost, srv.URL+"/bot"+token+"/getUpdates", `{}`)
	var got struct {
		Result []struct {
			Message struct {
				Caption string
				Group   string `json:"media_group_id"`
				Photo   []struct{}
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil || len(got.Result) != 4 {
		t.Fatalf("%d updates, %v; want 4", len(got.Result), err)
	}
	for i, u := range got.Result {
		m, first := u.Message, got.Result[i/2*2].Message
		if (m.Caption == "вот") != (i%2 == 0) || m.Group == "" || m.Group != first.Group || len(m.Photo) == 0 {
			t.Errorf("photo %d is %+v", i, m)
		}
	}
	if got.Result[0].Message.Group == got.Result[2].Message.Group {
		t.Error("two albums are of one group")
	}
}

// TestRefusals words refusals as the Bot API does.
func TestRefusals(t *testing.T) {
	t.Parallel()
	s, srv := open(t)
	if _, err := s.Do(Act{From: 1, Text: "x"}); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ path, body, want string }{
		{"/bot42:other/getMe", `{}`, "Unauthorized"},
		{"/bot" + token + "/flyAway", `{}`, "Not Found: method not found"},
		{"/bot" + token + "/sendMessage", `{"chat_id":1,"text":""}`, "Bad Request: message text is empty"},
		{"/bot" + token + "/sendMessage", `{"chat_id":2,"text":"x"}`, "Bad Request: chat not found"},
		{"/bot" + token + "/sendMessage", `{"chat_id":1,"text":"` + strings.Repeat("👍", 2049) + `"}`, "Bad Request: message is too long"},
		{"/bot" + token + "/sendMessage", `{"chat_id":1,"text":"x","reply_markup":{"inline_keyboard":[[{"text":"a","callback_data":"` + strings.Repeat("я", 33) + `"}]]}}`, "Bad Request: BUTTON_DATA_INVALID"},
		{"/bot" + token + "/sendMessage", `{"chat_id":1,"text":"x","reply_markup":{"inline_keyboard":[[{"text":"a","callback_data":"b","copy_text":{"text":""}}]]}}`, "Bad Request: BUTTON_COPY_TEXT_INVALID"},
		{"/bot" + token + "/answerCallbackQuery", `{"callback_query_id":"no"}`, "Bad Request: query is too old and response timeout expired or query ID is invalid"},
	}
	for _, tt := range tests {
		_, body := ask(t, http.MethodPost, srv.URL+tt.path, tt.body)
		var got apiError
		if err := json.Unmarshal([]byte(body), &got); err != nil || got.Description != tt.want {
			t.Errorf("%s: %q, want %q", tt.path, got.Description, tt.want)
		}
	}
}

// TestAllowedUpdates: the bot is told of what it asked for last, by getUpdates or
// setWebhook; by default of everything but a few kinds.
func TestAllowedUpdates(t *testing.T) {
	t.Parallel()
	s, srv := open(t)
	kinds := []string{"message", "my_chat_member", "chat_member"}
	for _, step := range []struct {
		call, params string
		want         string // kinds told after it
	}{
		{"getUpdates", `{}`, "[message my_chat_member]"},
		{"getUpdates", `{"allowed_updates":["message"]}`, "[message]"},
		{"getUpdates", `{}`, "[message]"},
		{"setWebhook", `{"url":"","allowed_updates":["chat_member"]}`, "[chat_member]"},
		{"getUpdates", `{"allowed_updates":[]}`, "[message my_chat_member]"},
	} {
		if status, body := ask(t, http.MethodPost, srv.URL+"/bot"+token+"/"+step.call, step.params); status != http.StatusOK {
			t.Fatalf("%s: %s", step.call, body)
		}
		told := []string{}
		for _, kind := range kinds {
			id, err := s.Do(Act{From: 1, Raw: []byte(`{"` + kind + `":{}}`)})
			if err != nil {
				t.Fatal(err)
			}
			if id != 0 {
				told = append(told, kind)
			}
		}
		if fmt.Sprint(told) != step.want {
			t.Errorf("after %s %s: told %v, want %s", step.call, step.params, told, step.want)
		}
	}
}

// TestEdits: a message is changed as the Bot API lets it, and refused in its words.
func TestEdits(t *testing.T) {
	t.Parallel()
	s, srv := open(t)
	for _, step := range []struct {
		act          Act
		call, params string
		status       int
		has          string
	}{
		{Act{Text: "x"}, "sendMessage", `{"chat_id":1,"text":"а"}`, 200, `"message_id":2`},
		{Act{}, "editMessageText", `{"chat_id":1,"message_id":2,"text":"б","reply_markup":{"inline_keyboard":[[{"text":"в","callback_data":"g"}]]}}`, 200, `"text":"б"`},
		{Act{}, "editMessageText", `{"chat_id":1,"message_id":2,"text":"б","reply_markup":{"inline_keyboard":[[{"text":"в","callback_data":"g"}]]}}`, 400, "message is not modified"},
		{Act{}, "editMessageText", `{"chat_id":1,"message_id":2,"text":"б"}`, 200, `"text":"б"`},
		{Act{}, "editMessageText", `{"chat_id":1,"message_id":1,"text":"б"}`, 400, "message to edit not found"},
		{Act{}, "editMessageText", `{"chat_id":1,"message_id":2,"text":""}`, 400, "text is empty"},
		{Act{}, "sendMessage", `{"chat_id":1,"text":"а","reply_markup":{"remove_keyboard":true}}`, 200, `"message_id":3`},
		{Act{}, "editMessageText", `{"chat_id":1,"message_id":3,"text":"б"}`, 400, "message can't be edited"},
		{Act{Delete: true}, "editMessageText", `{"chat_id":1,"message_id":3,"text":"б"}`, 400, "message to edit not found"},
		{Act{Block: true}, "editMessageText", `{"chat_id":1,"message_id":2,"text":"г"}`, 403, "blocked"},
	} {
		if step.act.Text != "" || step.act.Delete || step.act.Block {
			step.act.From = 1
			if _, err := s.Do(step.act); err != nil {
				t.Fatal(err)
			}
		}
		if status, body := ask(t, http.MethodPost, srv.URL+"/bot"+token+"/"+step.call, step.params); status != step.status || !strings.Contains(body, step.has) {
			t.Errorf("%s %s: %d %s, want %d with %q", step.call, step.params, status, body, step.status, step.has)
		}
	}
	if sent := s.Sent(1, 0); len(sent) != 4 || sent[1].Edits != 1 || sent[2].Edits != 1 || sent[2].MessageID != 2 {
		t.Errorf("sent %+v", sent)
	}
	if _, err := s.Do(Act{From: 1, Button: "в"}); err == nil {
		t.Error("a button that was taken away is tapped")
	}
}

// TestControl drives the server as another process would.
func TestControl(t *testing.T) {
	t.Parallel()
	_, srv := open(t)
	photo, err := json.Marshal(Act{From: 1, Photo: []byte("jpeg")})
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		method, path, body string
		status             int
		has                string
	}{
		{http.MethodPost, "/__fake/act", string(photo), 200, `{"update_id":1}`},
		{http.MethodPost, "/__fake/act", `{"from":1,"button":"Нет такой"}`, 422, "no button"},
		{http.MethodPost, "/bot" + token + "/sendMessage", `{"chat_id":1,"text":"да"}`, 200, `"ok":true`},
		{http.MethodGet, "/__fake/sent?chat=1", "", 200, `"text":"да"`},
		{http.MethodGet, "/__fake/sent?chat=1&after=1", "", 200, "[]"},
		{http.MethodGet, "/__fake/state", "", 200, `{"unanswered":0,"unconfirmed":1}`},
		{http.MethodPost, "/__fake/fault", `{"kind":"throttle","chat":1,"retry_after":3}`, 200, ""},
		{http.MethodPost, "/bot" + token + "/sendMessage", `{"chat_id":1,"text":"да"}`, 429, `"retry_after":3`},
		{http.MethodDelete, "/__fake/fault", "", 200, ""},
		{http.MethodPost, "/bot" + token + "/sendMessage", `{"chat_id":1,"text":"да"}`, 200, `"ok":true`},
		{http.MethodGet, "/file/bot" + token + "/photos/file-1", "", 200, "jpeg"},
	}
	for _, step := range steps {
		status, body := ask(t, step.method, srv.URL+step.path, step.body)
		if status != step.status || !bytes.Contains([]byte(body), []byte(step.has)) {
			t.Errorf("%s %s: %d %q, want %d with %q", step.method, step.path, status, body, step.status, step.has)
		}
	}
}
