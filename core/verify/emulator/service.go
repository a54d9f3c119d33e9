package emulator

import (
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// reply is what goes back over HTTP.
type reply struct {
	status int
	body   string
}

// service serves one SOAP endpoint: its WSDL on GET, its operations on POST. The
// faults of the connection come first; handle answers under the lock.
func (e *Emulator) service(name string, handle func(http.Header, []byte) reply) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
			io.WriteString(w, wsdl(name)) //nolint:errcheck // the caller has gone
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		if err != nil {
			http.Error(w, "request too large", http.StatusRequestEntityTooLarge)
			return
		}
		e.cut(FNS, r)
		out := e.locked(func() reply {
			if e.active(FNS, Garbage) {
				return e.spoil(garbage, handle(r.Header, body))
			}
			return handle(r.Header, body)
		})
		e.write(w, "text/xml;charset=UTF-8", out)
	})
}

func (e *Emulator) write(w http.ResponseWriter, kind string, out reply) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(out.status)
	io.WriteString(w, out.body) //nolint:errcheck // the caller has gone
}

func (e *Emulator) locked(do func() reply) reply {
	e.mu.Lock()
	defer e.mu.Unlock()
	return do()
}

// cut breaks the connection without a reply while the service is down or hangs.
func (e *Emulator) cut(p Provider, r *http.Request) {
	e.mu.Lock()
	down, hang := e.active(p, Down), e.active(p, Hang)
	switch {
	case down:
		e.log(Call{Call: callOf(r), Answer: string(Down)})
	case hang:
		e.log(Call{Call: callOf(r), Answer: string(Hang)})
	}
	e.mu.Unlock()
	if hang && !down {
		e.cfg.Hang(r.Context(), hangFor)
	}
	if down || hang {
		panic(http.ErrAbortHandler)
	}
}

// callOf names a request by its address and action alone.
func callOf(r *http.Request) string {
	switch {
	case r.URL.Path == checkPath:
		return "check"
	case r.URL.Path == authPath:
		return "auth"
	case strings.Contains(r.Header.Get("SOAPAction"), "SendMessage"):
		return "send"
	}
	return "poll"
}

// auth is AuthService: a master token for a temporary one. Any master token will
// do, as long as there is one.
func (e *Emulator) auth(h http.Header, body []byte) reply {
	token, err := parseAuth(h, body)
	switch {
	case err != nil:
		return e.refuse(Call{Call: "auth"}, unmarshalling(err))
	case token == "":
		e.log(Call{Call: "auth", Answer: "no master token"})
		return reply{200, authFault("Мастер-токен не найден")}
	}
	now := e.cfg.Now()
	for old, until := range e.tokens {
		if now.After(until) {
			delete(e.tokens, old)
		}
	}
	fresh, until := rand.Text(), now.Add(tokenLife)
	e.tokens[fresh] = until
	e.log(Call{Call: "auth", Answer: "ok"})
	return reply{200, authResult(fresh, until)}
}

// ticket is KktService: SendMessage and GetMessage.
func (e *Emulator) ticket(h http.Header, body []byte) reply {
	q, err := parseTicket(h, body)
	call := Call{Call: "poll", MessageID: q.messageID, User: h.Get("FNS-OpenApi-UserToken")}
	if q.send {
		call.Call, call.QR = "send", q.text()
	}
	if err != nil {
		return e.refuse(call, unmarshalling(err))
	}
	if fault, refused := e.admit(h); refused {
		return e.refuse(call, fault)
	}
	if q.send {
		return e.send(call, q)
	}
	return e.poll(call)
}

// admit checks the headers and the token.
func (e *Emulator) admit(h http.Header) (fault, bool) {
	token, user := h.Get("FNS-OpenApi-Token"), h.Get("FNS-OpenApi-UserToken")
	if token == "" || user == "" || len(user) > maxUserToken {
		return faultHeaders, true
	}
	if until, known := e.tokens[token]; !known || e.cfg.Now().After(until) || e.active(FNS, Auth) {
		return faultToken, true
	}
	return fault{}, false
}

// send takes a request for processing.
func (e *Emulator) send(call Call, q query) reply {
	now := e.cfg.Now()
	switch {
	case e.sends.spend(now, "") > sendsADay || e.active(FNS, Daily):
		return e.refuse(call, faultDaily)
	case e.active(FNS, Rate):
		return e.refuse(call, faultRate)
	}
	e.forget(now)
	ready := now
	if e.active(FNS, Slow) {
		ready = now.Add(slowness)
	}
	id := messageID()
	e.messages[id] = &message{query: q, sent: now, ready: ready}
	e.order = append(e.order, id)
	call.MessageID, call.Answer = id, "ok"
	e.log(call)
	return reply{200, sent(id)}
}

// forget drops messages whose time is over.
func (e *Emulator) forget(now time.Time) {
	for len(e.order) > 0 {
		m := e.messages[e.order[0]]
		if now.Sub(m.sent) <= messageLife {
			return
		}
		delete(e.messages, e.order[0])
		e.order = e.order[1:]
	}
}

// poll gives the result of a request, once it is processed.
func (e *Emulator) poll(call Call) reply {
	now := e.cfg.Now()
	e.forget(now)
	m, found := e.messages[call.MessageID]
	if !found {
		return e.refuse(call, faultNotFound(call.MessageID))
	}
	call.QR = m.query.text()
	if m.tooOften(now) {
		return e.refuse(call, faultPolls)
	}
	if now.Before(m.ready) {
		call.Answer = "PROCESSING"
		e.log(call)
		return reply{200, processing()}
	}
	code, ticket := e.judge(m.query, now)
	call.Answer = code
	e.log(call)
	return reply{200, completed(ticketResult(code, ticket))}
}

// tooOften counts a poll and holds it to one a second and twelve a minute.
func (m *message) tooOften(now time.Time) bool {
	for len(m.polls) > 0 && now.Sub(m.polls[0]) >= time.Minute {
		m.polls = m.polls[1:]
	}
	last := len(m.polls) - 1
	if last >= 0 && now.Sub(m.polls[last]) < pollGap || len(m.polls) >= pollsAMinute {
		return true
	}
	m.polls = append(m.polls, now)
	return false
}

// refuse answers with a SOAP fault, which the service sends with status 500.
func (e *Emulator) refuse(call Call, f fault) reply {
	call.Answer = f.name
	e.log(call)
	return reply{http.StatusInternalServerError, f.envelope()}
}

// messageID is a random UUID, version 4.
func messageID() string {
	var b [16]byte
	rand.Read(b[:]) //nolint:errcheck // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// text is the QR code that a query asks about, as far as it makes sense.
func (q query) text() string {
	return "t=" + strings.NewReplacer("-", "", ":", "").Replace(strings.TrimSuffix(q.date, ":00")) +
		"&s=" + rubles(q.sum) + "&fn=" + q.fn + "&i=" + q.fd + "&fp=" + q.fp + "&n=" + q.operation
}

func rubles(kopecks string) string {
	n, err := strconv.ParseInt(kopecks, 10, 64)
	if err != nil {
		return kopecks
	}
	return fmt.Sprintf("%d.%02d", n/100, n%100)
}
