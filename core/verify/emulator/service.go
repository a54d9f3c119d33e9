package emulator

import (
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
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
func (e *Emulator) service(name string, handle func(*http.Request, []byte, stroke) reply) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && r.URL.Query().Has("wsdl") {
			e.write(w, "text/xml;charset=UTF-8", reply{http.StatusOK, wsdl(name, r.Host)})
			return
		}
		if r.Method != http.MethodPost {
			http.Error(w, "POST a request, or GET ?wsdl", http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		if err != nil {
			http.Error(w, "request too large", http.StatusRequestEntityTooLarge)
			return
		}
		s := e.cut(FNS, callOf(r), w, r)
		out := e.locked(func() reply { return e.spoil(s, garbage, handle(r, body, s)) })
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

// cut decides what strikes a call of p, and breaks the connection without a
// reply when that is it.
func (e *Emulator) cut(p Provider, call string, w http.ResponseWriter, r *http.Request) stroke {
	e.mu.Lock()
	s := e.strike(p, call)
	cut := slices.Contains([]Fault{Down, Reset, Hang}, s.kind)
	if cut {
		e.log(Call{Call: call, Answer: string(s.kind)})
	}
	e.mu.Unlock()
	switch {
	case s.kind == Hang:
		e.cfg.Hang(r.Context(), hangFor)
	case s.kind == Reset:
		reset(w)
	}
	if cut {
		panic(http.ErrAbortHandler)
	}
	return s
}

// reset ends a connection with a TCP reset in place of its orderly end.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0) //nolint:errcheck // it is closed next
	}
	conn.Close() //nolint:errcheck // that is the point
}

// callOf names a request by its address and action alone.
func callOf(r *http.Request) string {
	switch {
	case r.URL.Path == authPath:
		return "auth"
	case strings.Contains(r.Header.Get("SOAPAction"), "SendMessage"):
		return "send"
	}
	return "poll"
}

// auth is AuthService: a master token for a temporary one.
func (e *Emulator) auth(r *http.Request, body []byte, s stroke) reply {
	call := Call{Call: "auth"}
	if !e.known(r) {
		return e.refuse(call, faultAddress, s)
	}
	token, err := parseAuth(r.Header, body)
	switch f, struck := s.fault(); {
	case struck:
		return e.refuse(call, f, s)
	case err != nil:
		return e.refuse(call, asFault(err), s)
	case token == "" || e.cfg.MasterToken != "" && token != e.cfg.MasterToken:
		call.Answer = "no master token"
		e.log(call)
		return reply{200, authFault("Мастер-токен не найден")}
	}
	now := e.now()
	for old, until := range e.tokens {
		if now.After(until) {
			delete(e.tokens, old)
		}
	}
	fresh, until := rand.Text(), now.Add(e.cfg.TokenLife)
	e.tokens[fresh] = until
	call.Answer = "ok"
	e.log(call)
	return reply{200, authResult(fresh, until)}
}

// known says whether the caller's address is on the contract's list.
func (e *Emulator) known(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return len(e.cfg.Addresses) == 0 ||
		err == nil && slices.ContainsFunc(e.cfg.Addresses, func(p netip.Prefix) bool { return p.Contains(from.Addr().Unmap()) })
}

// ticket is KktService: SendMessage and GetMessage.
func (e *Emulator) ticket(r *http.Request, body []byte, s stroke) reply {
	q, err := parseTicket(r.Header, body)
	call := Call{Call: "poll", MessageID: q.messageID, User: r.Header.Get("FNS-OpenApi-UserToken")}
	if q.send {
		call.Call, call.QR = "send", q.text()
	}
	if !e.known(r) {
		return e.refuse(call, faultAddress, s)
	}
	if err != nil {
		return e.refuse(call, asFault(err), s)
	}
	if f, refused := e.admit(r.Header); refused {
		return e.refuse(call, f, s)
	}
	if f, struck := s.fault(); struck {
		return e.refuse(call, f, s)
	}
	if q.send {
		return e.send(call, q, s)
	}
	return e.poll(call, s)
}

// admit checks the headers and the token.
func (e *Emulator) admit(h http.Header) (fault, bool) {
	token, user := h.Get("FNS-OpenApi-Token"), h.Get("FNS-OpenApi-UserToken")
	if token == "" || user == "" || len(user) > maxUserToken {
		return faultHeaders, true
	}
	if until, known := e.tokens[token]; !known || e.now().After(until) {
		return faultToken, true
	}
	return fault{}, false
}

// send takes a request for processing. A shopper over their own quota hears what
// the method's limit says: no other words of the service are known for it.
func (e *Emulator) send(call Call, q query, s stroke) reply {
	now := e.now()
	switch mine := e.userSends.spend(now, call.User); {
	case e.sends.spend(now, "") > e.cfg.SendsADay:
		return e.refuse(call, faultDaily, s)
	case e.cfg.UserSends > 0 && mine > e.cfg.UserSends:
		return e.refuse(call, faultRate, s)
	}
	e.forget(now)
	id := messageID()
	m := &message{query: q, sent: now, ready: now.Add(e.processing(call.QR))}
	if s.kind == Slow {
		m.ready = m.ready.Add(slowness)
	}
	e.messages[id] = m
	e.queue = append(e.queue, id)
	call.MessageID, call.Answer = id, "ok"
	e.log(call)
	return reply{200, sent(id)}
}

// forget drops messages whose time is over.
func (e *Emulator) forget(now time.Time) {
	for len(e.queue) > 0 {
		m := e.messages[e.queue[0]]
		if now.Sub(m.sent) <= messageLife {
			return
		}
		delete(e.messages, e.queue[0])
		e.queue = e.queue[1:]
	}
}

// poll gives the result of a request, once it is processed.
func (e *Emulator) poll(call Call, s stroke) reply {
	now := e.now()
	e.forget(now)
	m, found := e.messages[call.MessageID]
	if !found {
		return e.refuse(call, faultNotFound(call.MessageID), s)
	}
	call.QR = m.query.text()
	if m.tooOften(now) {
		return e.refuse(call, faultPolls, s)
	}
	if now.Before(m.ready) {
		call.Answer = "PROCESSING"
		e.log(call)
		return reply{200, processing()}
	}
	code, ticket := e.judge(m.query, now, s.kind)
	call.Answer = code
	e.log(call)
	return reply{200, completed(ticketResult(m.query.response(), code, ticket))}
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

// refuse answers with a SOAP fault, which the service mostly sends with status
// 500 and sometimes with 200.
func (e *Emulator) refuse(call Call, f fault, s stroke) reply {
	call.Answer = f.name
	e.log(call)
	status := s.status
	if status == 0 {
		status = http.StatusInternalServerError
	}
	return reply{status, f.envelope()}
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
