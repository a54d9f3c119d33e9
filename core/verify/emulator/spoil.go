package emulator

import "strings"

// overLimit is more than the four megabytes that a client may be ready for.
const overLimit = 4<<20 + 1

// spoilers make of a reply what a wire, a proxy or a broken service would.
var spoilers = map[Fault]func(reply) reply{
	Truncated: func(r reply) reply { return reply{200, r.body[:len(r.body)/2]} },
	Huge:      func(r reply) reply { return reply{200, r.body + strings.Repeat(" ", overLimit)} },
	Unicode:   func(r reply) reply { return reply{200, r.body[:len(r.body)/2] + "\xff\xfe" + r.body[len(r.body)/2:]} },
	Twice:     func(r reply) reply { return reply{r.status, r.body + r.body} },
	Doctype:   func(r reply) reply { return reply{200, "<!DOCTYPE x [<!ENTITY a \"b\">]>" + r.body} },
	Namespace: func(reply) reply { return reply{200, envelope("<GetMessageResponse xmlns=\"urn:other\"/>")} },
	Empty:     func(reply) reply { return reply{200, completed("")} },
	NotJSON:   func(reply) reply { return reply{200, completed(ticketResult("GetTicketResponse", "200", "not JSON"))} },
}

// garbage are the ways to spoil a reply of the tax service; they take turns.
var garbage = []func(reply) reply{
	spoilers[Truncated], spoilers[Doctype], spoilers[Namespace], spoilers[Empty], spoilers[NotJSON],
	func(reply) reply { return reply{502, "<html><body>Bad Gateway</body></html>"} },
	func(reply) reply { return reply{200, "\xff\xfe<"} },
	func(reply) reply { return reply{200, ""} },
}

// badChecks are those of proverkacheka.com.
var badChecks = []func(reply) reply{
	spoilers[Truncated],
	func(reply) reply { return reply{502, "<html><body>Bad Gateway</body></html>"} },
	func(reply) reply { return reply{200, `{"code":1,"first":0,"data":"` + checkTexts[checkPending] + `"}`} },
	func(reply) reply { return reply{200, `{"code":1,"first":0,"data":{"json":{},"html":""}}`} },
	func(reply) reply { return reply{200, `{"code":99,"first":0,"data":""}`} },
	func(reply) reply { return reply{200, `[]`} },
	func(reply) reply { return reply{200, "\xff\xfe{"} },
	func(reply) reply { return reply{200, ""} },
}

// spoil does to a reply what the stroke says. The caller holds the lock.
func (e *Emulator) spoil(s stroke, ways []func(reply) reply, r reply) reply {
	if s.kind == Garbage {
		e.spoilt++
		return ways[e.spoilt%len(ways)](r)
	}
	if spoiler := spoilers[s.kind]; spoiler != nil {
		return spoiler(r)
	}
	return r
}
