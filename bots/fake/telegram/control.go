package telegram

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// control drives the server from another process:
//
//	POST   /__fake/act    Act          -> {"update_id"}
//	GET    /__fake/sent?chat=&after=   -> [Sent]
//	GET    /__fake/state               -> {"unconfirmed", "unanswered"}
//	POST   /__fake/fault  Fault
//	DELETE /__fake/fault
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + r.URL.Path {
	case "POST /__fake/act":
		var a Act
		if !decode(w, r, &a) {
			return
		}
		id, err := s.Do(a)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		encode(w, map[string]int64{"update_id": id})
	case "GET /__fake/sent":
		chat, _ := strconv.ParseInt(r.FormValue("chat"), 10, 64)
		after, _ := strconv.Atoi(r.FormValue("after"))
		encode(w, s.Sent(chat, after))
	case "GET /__fake/state":
		encode(w, map[string]int{"unconfirmed": s.unconfirmed(), "unanswered": s.Unanswered()})
	case "POST /__fake/fault":
		var f Fault
		if decode(w, r, &f) {
			s.Spoil(f)
		}
	case "DELETE /__fake/fault":
		s.Heal()
	default:
		http.NotFound(w, r)
	}
}

func (s *Server) unconfirmed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.updates)
}

func decode(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

func encode(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
