package console

import (
	"net/http"

	"besedka/web/console/ui"
)

// toHome serves the address with a slash too much.
func (s *server) toHome(v *Visit) error { return v.Go("/console") }

// showHome lists what the reader may open, and the messengers there are.
func (s *server) showHome(v *Visit) error {
	channels, err := s.channels(v.R.Context())
	if err != nil {
		return err
	}
	return v.Show(homePage(v.View, channels))
}

// showPieces shows every piece of the design system.
func (s *server) showPieces(v *Visit) error { return v.Show(ui.Catalogue(v.View)) }

// showMissing answers an address that does not exist.
func (s *server) showMissing(*Visit) error { return Refusal{http.StatusNotFound, "missing"} }
