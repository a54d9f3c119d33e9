package web

import "net/http"

// showHome is the campaign page.
func (s *server) showHome(w http.ResponseWriter, r *http.Request, v view) {
	s.render(w, r, http.StatusOK, homePage(v, v.P.Home, s.Telegram))
}
