package runner

import (
	"fmt"
	"strings"

	"besedka/core/service"
	"besedka/dialogs"
	"besedka/flows"
)

// request seals what the turn asks of a service, with the contract of its own
// release: whatever is published meanwhile, the answer is understood as it was
// asked.
func (t *turn) request(r dialogs.Request) error {
	c := t.script.Programme.Services[strings.TrimPrefix(r.Call, flows.ServicePrefix)]
	if c == nil {
		return fmt.Errorf("the programme has no %s", r.Call)
	}
	call, err := service.Request{Contract: *c, Args: r.Args}.Seal(t.key, t.record.Env.Now, t.row.Conversation, t.record.Env.Turn)
	t.requests = append(t.requests, call)
	return err
}
