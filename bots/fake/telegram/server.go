package telegram

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Server is the Bot API of one bot, an http.Handler. Close it to stop webhook
// deliveries.
type Server struct {
	token string
	now   func() time.Time

	mu       sync.Mutex
	changed  chan struct{} // closed at every change, then made anew
	people   map[int64]*person
	groups   map[int64]*group
	updates  []update // not confirmed yet
	told     map[int64]json.RawMessage
	lastID   int64 // of updates
	messages int64 // last message id
	sent     []Sent
	files    map[string][]byte
	queries  map[string]bool // callback queries and whether they were answered
	toast    string          // of the newest answer to one
	faults   []Fault
	unlinked bool                 // it refuses keys with links
	stalled  bool                 // an answer has stopped in its middle
	asked    []string             // allowed_updates; empty = Telegram's default
	poller   int64                // the newest getUpdates
	commands map[string][]Command // by language
	menus    int                  // times that they were set
	button   string               // what the menu button opens
	actions  map[int64]int        // times that a chat was shown that the bot works
	police   *police              // nil: nobody counts
	stopHook context.CancelFunc
}

// person is somebody who has written to the bot.
type person struct {
	blocked  bool
	keyboard int            // N of the message whose reply keyboard stands; 0 = none
	newest   map[string]any // of their messages
}

// update is one thing to tell the bot. Confirmed, it is told again as often as
// again says.
type update struct {
	id    int64
	body  json.RawMessage
	again int
}

// New is a Telegram with one bot, whose token is given. now dates what happens.
func New(token string, now func() time.Time) *Server {
	return &Server{
		token: token, now: now,
		changed:  make(chan struct{}),
		people:   map[int64]*person{},
		groups:   map[int64]*group{},
		told:     map[int64]json.RawMessage{},
		files:    map[string][]byte{},
		queries:  map[string]bool{},
		commands: map[string][]Command{},
		actions:  map[int64]int{},
	}
}

// Close stops webhook deliveries.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropHook()
}

// ServeHTTP answers /bot<token>/<method>, /file/bot<token>/<path> and the
// control paths under /__fake/.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/__fake/") {
		s.control(w, r)
		return
	}
	if path, ok := strings.CutPrefix(r.URL.Path, "/file/bot"+s.token+"/"); ok {
		s.download(w, r, path)
		return
	}
	name, ok := strings.CutPrefix(r.URL.Path, "/bot"+s.token+"/")
	if !ok {
		answer(w, nil, &apiError{Code: http.StatusUnauthorized, Description: "Unauthorized"})
		return
	}
	s.call(w, r, name)
}

func (s *Server) call(w http.ResponseWriter, r *http.Request, name string) {
	method, ok := methods[strings.ToLower(name)]
	if !ok {
		answer(w, nil, &apiError{Code: http.StatusNotFound, Description: "Not Found: method not found"})
		return
	}
	if s.torn(name) {
		_, _ = r.Body.Read(make([]byte, 1))
		panic(http.ErrAbortHandler)
	}
	c, err := readCall(name, w, r)
	if err != nil {
		answer(w, nil, badRequest(err.Error()))
		return
	}
	fault := s.takeFault(name, c.chat())
	if fault != nil && fault.before(w) {
		return
	}
	result, refused := method(s, r.Context(), c)
	if fault != nil {
		s.stall(fault)
		fault.after(w, r)
		return
	}
	answer(w, result, refused)
}

// methods of the Bot API this server knows, by their name in lower case.
var methods = map[string]func(*Server, context.Context, call) (any, *apiError){
	"getme":               (*Server).getMe,
	"getupdates":          (*Server).getUpdates,
	"setwebhook":          (*Server).setWebhook,
	"deletewebhook":       (*Server).deleteWebhook,
	"sendmessage":         (*Server).sendMessage,
	"sendphoto":           (*Server).sendPhoto,
	"editmessagetext":     (*Server).editMessageText,
	"answercallbackquery": (*Server).answerCallbackQuery,
	"getfile":             (*Server).getFile,
	"sendchataction":      (*Server).sendChatAction,
	"setmycommands":       (*Server).setMyCommands,
	"setchatmenubutton":   (*Server).setChatMenuButton,
	"senddocument":        (*Server).sendDocument,
	"sendvideo":           (*Server).sendVideo,
	"sendvoice":           (*Server).sendVoice,
	"setmessagereaction":  (*Server).setMessageReaction,
	"createforumtopic":    (*Server).createForumTopic,
	"editforumtopic":      (*Server).editForumTopic,
	"closeforumtopic":     (*Server).closeForumTopic,
	"reopenforumtopic":    (*Server).reopenForumTopic,
	"deleteforumtopic":    (*Server).deleteForumTopic,
	"pinchatmessage":      (*Server).pinChatMessage,
	"getchat":             (*Server).getChat,
	"getchatmember":       (*Server).getChatMember,
}

// apiError is a refusal as Telegram writes it.
type apiError struct {
	Code        int         `json:"error_code"`
	Description string      `json:"description"`
	Parameters  *parameters `json:"parameters,omitempty"`
}

type parameters struct {
	RetryAfter int   `json:"retry_after,omitempty"`
	MigrateTo  int64 `json:"migrate_to_chat_id,omitempty"`
}

func badRequest(what string) *apiError {
	return &apiError{Code: http.StatusBadRequest, Description: "Bad Request: " + what}
}

func answer(w http.ResponseWriter, result any, refused *apiError) {
	w.Header().Set("Content-Type", "application/json")
	if refused != nil {
		w.WriteHeader(refused.Code)
		_ = json.NewEncoder(w).Encode(struct {
			OK bool `json:"ok"`
			*apiError
		}{false, refused})
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"ok": true, "result": result})
}

// change tells everybody who waits that something is new. The lock is held.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// await returns when cond, called under the lock, is true or ctx ends.
func (s *Server) await(ctx context.Context, cond func() bool) error {
	for {
		s.mu.Lock()
		ok, changed := cond(), s.changed
		s.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// AwaitConfirmed returns once the bot has confirmed every update there is.
func (s *Server) AwaitConfirmed(ctx context.Context) error {
	return s.await(ctx, func() bool { return len(s.updates) == 0 })
}

// Sent is what the bot sent to chat after the message numbered after, in
// order; chat 0 means every chat.
func (s *Server) Sent(chat int64, after int) []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sentTo(chat, after)
}

func (s *Server) sentTo(chat int64, after int) []Sent {
	rest := s.sent[min(after, len(s.sent)):]
	return slices.DeleteFunc(slices.Clone(rest), func(m Sent) bool { return chat != 0 && m.Chat != chat })
}

// Unanswered counts the taps whose spinner still turns.
func (s *Server) Unanswered() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, done := range s.queries {
		if !done {
			n++
		}
	}
	return n
}
