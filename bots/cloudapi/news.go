package cloudapi

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"besedka/bots"
)

// payload is what Meta posts: many things of many people at once. What may be
// odd is left as bytes, so that one odd message cannot make the others
// unreadable.
type payload struct {
	Entry []struct {
		Changes []struct {
			Field string          `json:"field"`
			Value json.RawMessage `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

type value struct {
	Metadata struct {
		PhoneID string `json:"phone_number_id"`
	} `json:"metadata"`
	Contacts []contact         `json:"contacts"`
	Messages []json.RawMessage `json:"messages"`
	Statuses []json.RawMessage `json:"statuses"`
}

// contact is the sender of a message: by phone, by BSUID, or both.
type contact struct {
	Phone   string `json:"wa_id"`
	User    string `json:"user_id"`
	Profile struct {
		Name string `json:"name"`
	} `json:"profile"`
}

// news is what one body tells, in batches: a new id ends one, as what came before
// it came under the old. read are the last messages of each person, to be marked
// as read once all is committed.
type news struct {
	bots.Batch
	before []bots.Batch
	read   []string
}

// batches are all of them, in their order.
func (n *news) batches() []bots.Batch { return append(slices.Clip(n.before), n.Batch) }

func (a *Adapter) read(body []byte) news {
	n := news{Batch: bots.Batch{Account: a.account}}
	var p payload
	if err := json.Unmarshal(body, &p); err != nil {
		n.put(body, err)
		return n
	}
	for _, e := range p.Entry {
		for _, c := range e.Changes {
			if c.Field == "messages" {
				a.readValue(&n, c.Value)
			}
		}
	}
	var all []bots.Received
	for _, b := range n.batches() {
		all = append(all, b.Messages...)
	}
	n.read = lastOfEach(all)
	return n
}

// readValue leaves out what another number of the same app was told, and says so:
// the number's id may be mistyped in our settings.
func (a *Adapter) readValue(n *news, raw json.RawMessage) {
	var v value
	if err := json.Unmarshal(raw, &v); err != nil {
		n.put(raw, err)
		return
	}
	if v.Metadata.PhoneID != a.cfg.PhoneID {
		a.cfg.Log.Warn("whatsapp news of another number left out", "account", a.account, "number", v.Metadata.PhoneID)
		return
	}
	for _, m := range v.Messages {
		if err := bots.Guarded(func() error { return a.readMessage(n, v.Contacts, m) }); err != nil {
			n.put(m, err)
		}
	}
	for _, s := range v.Statuses {
		if err := bots.Guarded(func() error { return readStatus(n, s) }); err != nil {
			n.put(s, err)
		}
	}
}

// put keeps aside what cannot be read.
func (n *news) put(raw []byte, err error) { n.Poison = append(n.Poison, bots.Unread(raw, err)) }

func lastOfEach(messages []bots.Received) (wamids []string) {
	last := map[string]string{}
	for _, m := range messages {
		last[m.Peer] = m.Key
	}
	for _, m := range messages {
		if last[m.Peer] == m.Key {
			wamids = append(wamids, m.Key)
		}
	}
	return wamids
}

// at is a time that Meta tells in seconds; zero when it does not.
func at(seconds string) time.Time {
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

type status struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Opaque string `json:"biz_opaque_callback_data"`
	Errors []struct {
		Code int `json:"code"`
	} `json:"errors"`
}

var states = map[string]bots.State{"sent": bots.Taken, "delivered": bots.Delivered, "read": bots.Seen, "failed": bots.Failed}

// readStatus leaves out statuses of what we did not send, and kinds we do not
// know: played, deleted.
func readStatus(n *news, raw json.RawMessage) error {
	var s status
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	state, ok := states[s.Status]
	if !ok || s.Opaque == "" {
		return nil
	}
	told := bots.Status{ID: s.Opaque, External: s.ID, State: state}
	if state == bots.Failed {
		told.Err = bots.ErrRejected
		if len(s.Errors) > 0 {
			told.Err = refusal(s.Errors[0].Code)
		}
	}
	n.Statuses = append(n.Statuses, told)
	return nil
}
