package author

import (
	"context"
	"net/http"
	"time"

	"besedka/web"
)

// Seat is where a page stands within another site, whose people it serves.
type Seat struct {
	Home    string         // where they came from
	Sheet   string         // where they publish; "": nowhere
	Reading bool           // nothing can be changed
	Zone    *time.Location // whose clock is shown; nil: this machine's

	People func(ctx context.Context) (map[string]int64, error) // how many wait, by flow/step
}

// clock is an instant as people there read it.
func (s Seat) clock(at time.Time) string {
	if s.Zone == nil {
		return at.Local().Format(time.TimeOnly)
	}
	return at.In(s.Zone).Format(time.TimeOnly)
}

// Reader is who asks for something on a page within another site.
type Reader struct {
	Staff int64
	Lang  string
	Theme string // light or dark; "" follows the system
	Title string // of the page
}

type readerKey struct{}

// For is a request of a reader's.
func For(r *http.Request, who Reader) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), readerKey{}, who))
}

// ReaderOf is who asks; the zero Reader on a page of one's own machine.
func ReaderOf(ctx context.Context) Reader {
	who, _ := ctx.Value(readerKey{}).(Reader)
	return who
}

// Within is a page over store for readers whom another site has let in: see For. Paths
// begin where it stands.
func Within(d Deps, store Store, seat Seat) (http.Handler, error) {
	assets, err := web.Assets()
	if err != nil {
		return nil, err
	}
	s := &server{Deps: d, Seat: seat, desk: newDesk(d, store), assets: assets}
	return s.secrets(), nil
}
