package transcript

import (
	"strconv"

	"besedka/dialogs"
)

// served answers the service that the last turn asked, by a stub, in a turn of
// its own, as services do.
func (p *player) served() error {
	ask := p.request
	if ask == nil {
		return nil
	}
	p.request = nil
	visit := p.turns
	r, err := p.stub(&dialogs.Call{Name: ask.Call, Args: ask.Args, Key: strconv.FormatInt(visit, 10)})
	if err != nil {
		return err
	}
	return p.turn(dialogs.Input{Event: &dialogs.Event{Name: ask.Call, Args: r.Values, Outcome: r.Outcome, Visit: visit}})
}
